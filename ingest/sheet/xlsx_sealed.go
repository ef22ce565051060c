package sheet

import (
	"bytes"
	"encoding/binary"
	"io"
	"regexp"
	"strconv"

	"github.com/richardlehane/mscfb"
	"github.com/xuri/excelize/v2"
)

// defaultPassword is what Excel encrypts a workbook with whose author set no password to open it, only one against changes of
// its structure; it opens such a file without asking ([MS-OFFCRYPTO] 2.4.2.3 gives it for .xls, Excel uses it for .xlsx too).
const defaultPassword = "VelvetSweatshop"

// maxSpins bounds how often a password is hashed; Excel writes 100,000.
const maxSpins = 200_000

var spinCount = regexp.MustCompile(`spinCount="(\d+)"`)

// unsealed is the OOXML package inside a workbook that nobody set a password on, or data itself when it is anything else:
// Open then tells what that is. The marked copy a department gets back is made of the same package.
func unsealed(data []byte) []byte {
	if !bytes.HasPrefix(data, []byte(oleMagic)) || len(data) > maxFile || !sealedLightly(data) {
		return data
	}
	inside, err := excelize.Decrypt(data, &excelize.Options{Password: defaultPassword})
	if err != nil || !bytes.HasPrefix(inside, []byte("PK\x03\x04")) { // a wrong password gives noise, not an error
		return data
	}
	return inside
}

// sealedLightly reports whether a container holds an encrypted package whose password costs little to try.
func sealedLightly(data []byte) bool {
	doc, err := mscfb.New(bytes.NewReader(data))
	if err != nil || len(doc.File) > maxStreams || checkChains(data) != nil {
		return false
	}
	for _, entry := range doc.File {
		if entry.Name != "EncryptionInfo" {
			continue
		}
		info, err := io.ReadAll(io.LimitReader(entry, 64<<10))
		if err != nil || len(info) < 4 {
			return false
		}
		if v := binary.LittleEndian.Uint32(info); v != 4<<16|4 { // only "agile", 4.4, says how often it hashes
			return true
		}
		counts := spinCount.FindAllSubmatch(info, -1)
		for _, spins := range counts {
			if n, err := strconv.Atoi(string(spins[1])); err != nil || n > maxSpins {
				return false
			}
		}
		return bytes.Count(info, []byte("spinCount")) == len(counts) // written otherwise, it is not bounded here
	}
	return false
}
