package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"

	"github.com/bodgit/sevenzip"
	"github.com/nwaples/rardecode/v2"
)

// maxDictionary bounds the window of a rar, in bytes: it is allocated at once.
const maxDictionary = 64 << 20

// rar takes a rar apart. Its files may be packed as one stream, so the first that cannot be read ends it.
func (u *unpacker) rar(name string, data []byte, level int) error {
	r, err := rardecode.NewReader(bytes.NewReader(data), rardecode.MaxDictionarySize(maxDictionary))
	if err != nil {
		return rarFault(err)
	}
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return rarFault(err)
		}
		inner := label(name, h.Name)
		use, err := u.enter(h.Name)
		if err != nil {
			return err
		}
		if h.IsDir || h.LinkType != 0 {
			continue
		}
		if h.Encrypted {
			if err := u.add(Member{Name: inner, Refused: refuse(ReasonArchivePassword, "an encrypted entry")}); err != nil {
				return err
			}
			continue
		}
		var fault error
		data, err := u.take(watch{r, &fault}, h.UnPackedSize)
		if fault != nil {
			return rarFault(fault)
		}
		if err != nil {
			return err
		}
		if !use {
			continue
		}
		if err := u.expand(inner, data, level+1); err != nil {
			return err
		}
	}
}

func rarFault(err error) error {
	if errors.Is(err, rardecode.ErrDictionaryTooLarge) {
		return refuse(ReasonTooLarge, "archive: dictionary beyond the limit")
	}
	encrypted := errors.Is(err, rardecode.ErrArchiveEncrypted) || errors.Is(err, rardecode.ErrArchivedFileEncrypted) ||
		errors.Is(err, rardecode.ErrBadPassword)
	volumes := errors.Is(err, rardecode.ErrMultiVolume) || errors.Is(err, rardecode.ErrFileNameRequired) ||
		errors.Is(err, rardecode.ErrBadVolumeNumber)
	return archiveFault(err, encrypted, volumes)
}

// sevenZip takes a 7z apart, in the order of its streams.
func (u *unpacker) sevenZip(name string, data []byte, level int) error {
	if !headerWhole(data) {
		return refuse(ReasonDamaged, "archive: the header of a 7z is not whole")
	}
	z, err := sevenzip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return sevenZipFault(err)
	}
	for _, entry := range z.File {
		inner := label(name, entry.Name)
		use, err := u.enter(entry.Name)
		if err != nil {
			return err
		}
		if !entry.Mode().IsRegular() {
			continue
		}
		if entry.UncompressedSize > maxFile {
			return refuse(ReasonTooLarge, "an archived file beyond the limit")
		}
		data, err := u.sevenZipEntry(entry)
		if err != nil {
			return err
		}
		if !use {
			continue
		}
		if err := u.expand(inner, data, level+1); err != nil {
			return err
		}
	}
	return nil
}

// headerWhole verifies the two checksums over the headers of a 7z. The library does so too, but only after it has believed the
// counts in them: one changed byte then asks for gigabytes. A header forged together with its checksum still can, and ends at
// the memory limit of the worker.
func headerWhole(data []byte) bool {
	const size = 32
	if len(data) < size || crc32.ChecksumIEEE(data[12:size]) != binary.LittleEndian.Uint32(data[8:]) {
		return false
	}
	at, n := binary.LittleEndian.Uint64(data[12:]), binary.LittleEndian.Uint64(data[20:])
	rest := uint64(len(data) - size)
	return at <= rest && n <= rest-at && crc32.ChecksumIEEE(data[size+at:size+at+n]) == binary.LittleEndian.Uint32(data[28:])
}

func (u *unpacker) sevenZipEntry(entry *sevenzip.File) ([]byte, error) {
	r, err := entry.Open()
	if err != nil {
		return nil, sevenZipFault(err)
	}
	defer r.Close()
	var fault error
	data, err := u.take(watch{r, &fault}, int64(entry.UncompressedSize))
	if fault != nil {
		return nil, sevenZipFault(fault)
	}
	if err == nil && entry.CRC32 != 0 && crc32.ChecksumIEEE(data) != entry.CRC32 {
		return nil, refuse(ReasonDamaged, "archive: a checksum does not match")
	}
	return data, err
}

// watch remembers the fault of a reader in its own words.
type watch struct {
	io.Reader
	fault *error
}

func (w watch) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	if err != nil && err != io.EOF {
		*w.fault = err
	}
	return n, err
}

func sevenZipFault(err error) error {
	var read *sevenzip.ReadError
	return archiveFault(err, errors.As(err, &read) && read.Encrypted, false)
}
