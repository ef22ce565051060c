package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"net/url"
	"path"
	"strings"
)

// maxParts bounds the entries of a zip; the directory of an ordinary workbook lists some twenty.
const maxParts = 5_000

// xlsxFile is an OOXML workbook being read. Every part is read to its end, the unneeded ones too, so that a byte changed
// anywhere in the file is caught by the checksums.
type xlsxFile struct {
	parts  map[string]*zip.File // by partKey
	read   map[string]bool      // parts already proved whole
	budget budget
	xml    xmlScanner
	text   textStore

	styles []xlsxStyle
	shared sharedTexts
	marked int // runs of rich text kept
	tally  tally
}

// readXLSX reads the workbook in a zip that sniff found to be one.
func readXLSX(z *zip.Reader) (File, error) {
	x := &xlsxFile{parts: make(map[string]*zip.File), read: make(map[string]bool), budget: budget{maxInflated}}
	if err := x.index(z); err != nil {
		return File{}, err
	}
	f := File{Format: FormatXLSX}
	main, err := x.mainPart()
	if err != nil {
		return File{}, err
	}
	sheets, err := x.workbook(main, &f)
	if err != nil {
		return File{}, err
	}
	for _, s := range sheets {
		g := Grid{Name: s.name, Hidden: s.hidden}
		isGrid, err := x.sheet(s.part, &g)
		if err != nil {
			return File{}, err
		}
		if err := x.notes(s.part, &g); err != nil {
			return File{}, err
		}
		if isGrid {
			f.Grids = append(f.Grids, g)
		}
	}
	if len(f.Grids) == 0 {
		return File{}, refuse(ReasonUnreadExcel, "no sheet of cells")
	}
	for _, part := range z.File {
		if err := x.rest(part, &f); err != nil {
			return File{}, err
		}
	}
	if f.Macros {
		f.Format = FormatXLSM
	}
	return f, nil
}

// index lists the parts. Two parts of one name are refused: readers differ in which of the two they show.
func (x *xlsxFile) index(z *zip.Reader) error {
	for _, part := range z.File {
		if part.Flags&1 != 0 {
			return refuse(ReasonPassword, "encrypted zip entries")
		}
		key := partKey(part.Name)
		if x.parts[key] != nil {
			return refuse(ReasonDamaged, "two parts of one name")
		}
		x.parts[key] = part
	}
	return nil
}

// partKey makes one spelling of the ways writers spell a part name: either slash, any case, rooted or not.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// open starts reading a part as XML.
func (x *xlsxFile) open(key string) (io.Closer, error) {
	part := x.parts[key]
	if part == nil {
		return nil, refuse(ReasonDamaged, "a part is missing")
	}
	r, err := part.Open()
	if err != nil {
		return nil, partFault(err)
	}
	if err := x.xml.reset(x.budget.limit(r)); err != nil {
		r.Close()
		return nil, err
	}
	x.read[key] = true
	return r, nil
}

// rest reads a part nobody needed, for its checksum, and notes macros and pictures.
func (x *xlsxFile) rest(part *zip.File, f *File) error {
	key := partKey(part.Name)
	f.Macros = f.Macros || path.Base(key) == "vbaproject.bin"
	f.Images = f.Images || strings.Contains(key, "/media/") || path.Base(key) == "cellimages.xml"
	if x.read[key] || strings.HasSuffix(part.Name, "/") {
		return nil
	}
	r, err := part.Open()
	if err != nil {
		return partFault(err)
	}
	defer r.Close()
	if _, err := io.Copy(io.Discard, x.budget.limit(r)); err != nil {
		return partFault(err)
	}
	return nil
}

// relation is one line of a .rels part.
type relation struct {
	kind   string // last word of the type, lower case: "worksheet", "sharedstrings"
	target string // key of the part; "" when it lies outside the file
}

// relations reads the relations of a part; owner "" stands for the package. A missing .rels part is no relations.
func (x *xlsxFile) relations(owner string) (map[string]relation, error) {
	dir, base := path.Split(owner)
	key := dir + "_rels/" + base + ".rels"
	if x.parts[key] == nil {
		return nil, nil
	}
	c, err := x.open(key)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	rels := make(map[string]relation)
	for {
		tok, err := x.xml.next()
		if err != nil || tok == tokEOF {
			return rels, err
		}
		if tok != tokStart || string(x.xml.local) != "Relationship" {
			continue
		}
		id := string(x.xml.attr("Id"))
		if _, twice := rels[id]; twice {
			return nil, refuse(ReasonDamaged, "two relations of one id")
		}
		kind := string(x.xml.attr("Type"))
		r := relation{kind: strings.ToLower(kind[strings.LastIndexByte(kind, '/')+1:])}
		if string(x.xml.attr("TargetMode")) != "External" {
			r.target = x.target(dir, string(x.xml.attr("Target")))
		}
		rels[id] = r
	}
}

// target is the key of the part a relation names: rooted or beside its owner, percent-encoded or not.
func (x *xlsxFile) target(dir, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = dir + target
	}
	key := partKey(target)
	if x.parts[key] == nil {
		if plain, err := url.PathUnescape(target); err == nil {
			return partKey(plain)
		}
	}
	return key
}

// mainPart finds the workbook part through the package's relations.
func (x *xlsxFile) mainPart() (string, error) {
	rels, err := x.relations("")
	if err != nil {
		return "", err
	}
	main := ""
	for _, r := range rels {
		if r.kind == "officedocument" {
			if main != "" && main != r.target {
				return "", refuse(ReasonDamaged, "two main parts")
			}
			main = r.target
		}
	}
	if main == "" {
		main = "xl/workbook.xml"
	}
	return main, nil
}

// openZip opens a zip in memory, or tells in a refusal why not. Directories so long that listing them alone would take the
// worker's memory are refused before.
func openZip(data []byte) (*zip.Reader, error) {
	if bytes.Count(data, []byte("PK\x01\x02")) > maxParts {
		return nil, refuse(ReasonTooMany, "zip directory beyond the limit")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && z == nil {
		return nil, refuse(ReasonDamaged, "zip directory: "+err.Error())
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are never used as paths
		return nil, refuse(ReasonDamaged, "zip directory: "+err.Error())
	}
	return z, nil
}
