package sheet

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/richardlehane/mscfb"
)

// harmless are the kinds of file that are passed on from one department to another, by the end of their name.
var harmless = map[string]struct {
	media string
	is    func(data []byte) bool
}{
	".pdf":  {"application/pdf", func(d []byte) bool { return sniffOther(d) == ReasonPDF }},
	".jpg":  {"image/jpeg", isImage},
	".jpeg": {"image/jpeg", isImage},
	".png":  {"image/png", isImage},
	".gif":  {"image/gif", isImage},
	".bmp":  {"image/bmp", isImage},
	".tif":  {"image/tiff", isImage},
	".tiff": {"image/tiff", isImage},
	".heic": {"image/heic", isImage},
	".webp": {"image/webp", isImage},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", isPlainParts},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", isPlainParts},
	".pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation", isPlainParts},
	".ofd":  {"application/ofd", isPlainParts},
	".doc":  {"application/msword", isPlainOLE},
	".xls":  {"application/vnd.ms-excel", isPlainOLE},
	".ppt":  {"application/vnd.ms-powerpoint", isPlainOLE},
	".wps":  {"application/octet-stream", isPlainOLE},
	".et":   {"application/octet-stream", isPlainOLE},
	".dps":  {"application/octet-stream", isPlainOLE},
	".txt":  {"text/plain", isText},
}

// archives are what such files may be packed in.
var archives = map[string]string{".zip": "application/zip", ".rar": "application/octet-stream", ".7z": "application/octet-stream"}

// Harmless tells whether a file is of a kind people send each other to read, holds what its name says, and carries nothing that
// runs: no macro, no program, no embedded object, and in an archive no such file. Its media type follows from its kind. What
// cannot be looked into (a password, an unknown kind) is not harmless.
func Harmless(name string, data []byte) (media string, ok bool) {
	end := strings.ToLower(path.Ext(name))
	media, packed := archives[end]
	if kind, _ := containerOf(data); !packed || kind == containerNone || len(data) > maxFile {
		return harmless[end].media, !packed && isHarmless(name, data)
	}
	u := &unpacker{budget: budget{maxWalked}}
	if err := u.expand(label("", name), data, 0); err != nil || len(u.members) == 0 {
		return media, false
	}
	for _, left := range u.litter {
		if _, known := harmless[strings.ToLower(path.Ext(left))]; !known && !systemFile(left) {
			return media, false
		}
	}
	for _, m := range u.members {
		if m.Refused != nil || !isHarmless(m.Name, m.Data) {
			return media, false
		}
	}
	return media, true
}

func isHarmless(name string, data []byte) bool {
	kind, known := harmless[strings.ToLower(path.Ext(name))]
	return known && len(data) > 0 && len(data) <= maxFile && kind.is(data)
}

func isImage(data []byte) bool { return sniffOther(data) == ReasonImage }

// isText takes any encoding of Chinese text in bytes.
func isText(data []byte) bool {
	return sniffOther(data) == "" && !bytes.HasPrefix(data, []byte("#!")) &&
		bytes.IndexFunc(data, func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' && r != '\f' }) < 0
}

// running are words in the list of a package's parts that tell of something that runs, or is shown by another program.
var running = []string{"macro", "vba", "activex", "oleobject", "customui"}

// isPlainParts tells whether a zip is a document of parts none of which runs.
func isPlainParts(data []byte) bool {
	z, err := openZip(data)
	if err != nil {
		return false
	}
	if reason := packedKind(z); reason == ReasonArchive || reason == ReasonBinaryExcel || reason == ReasonEmpty {
		return false
	}
	for _, part := range z.File {
		key := partKey(part.Name)
		if part.Flags&1 != 0 || tellsOfRunning(key) {
			return false
		}
		if key == "[content_types].xml" {
			if types, ok := listOfParts(part); !ok || tellsOfRunning(types) {
				return false
			}
		}
	}
	return true
}

func tellsOfRunning(s string) bool {
	for _, word := range running {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

// listOfParts reads a package's list of its parts, folded to lower case.
func listOfParts(part *zip.File) (string, bool) {
	r, err := part.Open()
	if err != nil {
		return "", false
	}
	defer r.Close()
	list, err := io.ReadAll(io.LimitReader(r, maxList+1))
	if err != nil || len(list) > maxList {
		return "", false
	}
	return strings.ToLower(strings.ReplaceAll(string(list), "\x00", "")), true // it may be UTF-16
}

// maxList bounds the list of a package's parts, in bytes.
const maxList = 1 << 20

// isPlainOLE tells whether an OLE container is a document without macros and embedded files.
func isPlainOLE(data []byte) bool {
	if !bytes.HasPrefix(data, []byte(oleMagic)) || checkChains(data) != nil {
		return false
	}
	doc, err := mscfb.New(bytes.NewReader(data))
	if err != nil || len(doc.File) > maxStreams {
		return false
	}
	sheets := false
	for _, entry := range doc.File {
		name := strings.ToLower(entry.Name)
		switch {
		case strings.Contains(name, "vba"), name == "macros", strings.Contains(name, "ole10native"), name == "package",
			slices.Contains(entry.Path, "ObjectPool"), name == "encryptedpackage", name == "__properties_version1.0":
			return false
		case name == "workbook", name == "book":
			sheets = true
		}
	}
	if !sheets {
		return true
	}
	f, err := readOLE(data)
	return err == nil && !f.Macros
}
