package sheet

import (
	"archive/zip"
	"bytes"
	"strings"
)

// Open reads a workbook. What it is follows from the bytes; the name is only a label and never decides.
// The error is always a *Refusal: the whole file is read and proved whole, or nothing of it is returned.
func Open(name string, data []byte) (File, error) {
	if len(data) > maxFile {
		return File{}, refuse(ReasonTooLarge, "file beyond the limit")
	}
	if len(bytes.Trim(data, "\x00 \t\r\n")) == 0 {
		return File{}, refuse(ReasonEmpty, "")
	}
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return openPacked(data)
	case bytes.HasPrefix(data, []byte(oleMagic)):
		return readOLE(data)
	}
	if reason := sniffOther(data); reason != "" {
		return File{}, refuse(reason, "by its first bytes")
	}
	return readText(name, data)
}

const oleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// openPacked reads a zip: a workbook of parts, or something else that is packed so.
func openPacked(data []byte) (File, error) {
	z, err := openZip(data)
	if err != nil {
		return File{}, err
	}
	if reason := packedKind(z); reason != "" {
		return File{}, refuse(reason, "by the parts of the zip")
	}
	return readXLSX(z)
}

// packedKind tells what a zip is when it is no OOXML workbook; "" when it is one.
func packedKind(z *zip.Reader) Reason {
	if len(z.File) == 0 {
		return ReasonEmpty
	}
	var book, parts bool
	reason := ReasonArchive
	for _, part := range z.File {
		key := partKey(part.Name)
		switch {
		case strings.HasSuffix(key, "workbook.bin"):
			return ReasonBinaryExcel
		case strings.HasPrefix(key, "xl/"), strings.HasSuffix(key, "workbook.xml"):
			book = true
		case key == "[content_types].xml", key == "_rels/.rels":
			parts = true
		case strings.HasPrefix(key, "word/"):
			reason = ReasonWord
		case strings.HasPrefix(key, "ppt/"):
			reason = ReasonSlides
		case key == "ofd.xml":
			reason = ReasonOFD
		case key == "content.xml", key == "index.zip", strings.HasPrefix(key, "index/"):
			if reason == ReasonArchive {
				reason = ReasonUnreadExcel
			}
		}
	}
	if book && parts || book && reason == ReasonArchive {
		return ""
	}
	return reason
}

// sniffOther tells the known kinds of file that are no workbook and no text.
func sniffOther(data []byte) Reason {
	has := func(magics ...string) bool {
		for _, m := range magics {
			if bytes.HasPrefix(data, []byte(m)) {
				return true
			}
		}
		return false
	}
	switch {
	case has("%PDF-"), bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return ReasonPDF
	case has("Rar!\x1A\x07", "7z\xBC\xAF\x27\x1C", "\x1F\x8B", "PK\x07\x08", "BZh", "\xFD7zXZ\x00"):
		return ReasonArchive
	case has("\x89PNG", "\xFF\xD8\xFF", "GIF8", "II*\x00", "MM\x00*"), has("BM") && bytes.IndexByte(data[:min(len(data), 16)], 0) > 0:
		return ReasonImage
	case has("RIFF") && len(data) > 12 && string(data[8:12]) == "WEBP", len(data) >= 8 && string(data[4:8]) == "ftyp":
		return ReasonImage
	case has("{\\rtf"):
		return ReasonWord
	case has("\x78\x9F\x3E\x22", "\x30\x82", "\x30\x80", "MZ", "\x7FELF"): // winmail.dat, signatures, programs
		return ReasonNotWorkbook
	case has("ID;P", "TABLE\r\n0,1", "TABLE\n0,1"): // SYLK, DIF
		return ReasonUnreadExcel
	case has("\x09\x00\x04\x00", "\x09\x02\x06\x00", "\x09\x04\x06\x00", "\x09\x08\x08\x00", "\x09\x08\x10\x00"):
		return ReasonLegacyExcel
	}
	return ""
}
