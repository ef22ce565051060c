package sheet

import (
	"bytes"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"
)

// maxStreams bounds the directory of an OLE container.
const maxStreams = 5_000

// readOLE reads the container of Excel 97-2003 and WPS .et files, and tells the other kinds of file that use it.
func readOLE(data []byte) (File, error) {
	doc, err := mscfb.New(bytes.NewReader(data))
	if err != nil {
		return File{}, refuse(ReasonDamaged, "container: "+err.Error())
	}
	if len(doc.File) > maxStreams {
		return File{}, refuse(ReasonTooMany, "streams beyond the limit")
	}
	if err := checkChains(data); err != nil {
		return File{}, err
	}
	f := File{Format: FormatXLS}
	var workbook, book *mscfb.File
	reason := ReasonUnreadExcel
	for _, entry := range doc.File {
		switch strings.ToLower(entry.Name) {
		case "workbook":
			if len(entry.Path) == 0 && workbook == nil {
				workbook = entry
			}
		case "book":
			if len(entry.Path) == 0 && book == nil {
				book = entry
			}
		case "encryptedpackage":
			return File{}, refuse(ReasonPassword, "encrypted package")
		case "etextdata":
			f.Format = FormatET
		case "_vba_project_cur", "_vba_project":
			f.Macros = true
		case "worddocument":
			reason = ReasonWord
		case "powerpoint document":
			reason = ReasonSlides
		case "__properties_version1.0":
			reason = ReasonNotWorkbook
		}
	}
	if workbook == nil { // a file for old and new programs holds both; the newer is the one Excel shows
		workbook = book
	}
	if workbook == nil {
		return File{}, refuse(reason, "by the streams of the container")
	}
	stream, err := readStream(workbook, len(data))
	if err != nil {
		return File{}, err
	}
	if err := readBIFF(stream, &f); err != nil {
		return File{}, err
	}
	return f, nil
}

// readStream reads a stream of the container, which cannot be longer than the file.
func readStream(entry *mscfb.File, file int) ([]byte, error) {
	if entry.Size > int64(file) {
		return nil, refuse(ReasonDamaged, "the workbook stream is longer than the file")
	}
	stream := make([]byte, entry.Size)
	if _, err := io.ReadFull(entry, stream); err != nil {
		return nil, refuse(ReasonDamaged, "container: "+err.Error())
	}
	return stream, nil
}
