package report

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// bookPart is what must be known of the workbook part.
type bookPart struct {
	part         string // its key
	dir          string // the folder of its parts, with a slash: "xl/"
	text         []byte
	root         *element
	rels         []relation
	namespace    string // of cells
	relBase      string // of the types of relations
	relNamespace string // of r:id
	sheets       []listedSheet
	styles       string // the styles part; "" when there is none
}

// listedSheet is one sheet of the workbook.
type listedSheet struct {
	name   string
	part   string // "" for a sheet without cells
	hidden bool
	canvas canvas
}

// Strict workbooks name everything differently.
const (
	strictMain = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	strictRel  = "http://purl.oclc.org/ooxml/officeDocument/relationships"
	commonRel  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

// readBook finds the workbook part and lists its sheets.
func readBook(p *parts) (*bookPart, error) {
	rels, err := p.relations("")
	if err != nil {
		return nil, err
	}
	b := &bookPart{part: "xl/workbook.xml"}
	for _, r := range rels {
		if r.kind == "officedocument" && r.target != "" {
			b.part = r.target
		}
	}
	if b.text, b.root, err = p.tree(b.part); err != nil {
		return nil, err
	}
	if b.root.local() != "workbook" || b.root.kid("sheets") == nil {
		return nil, errors.New("the main part is no workbook")
	}
	b.namespace = b.root.namespace()
	b.relNamespace = commonRel
	if b.namespace == strictMain {
		b.relNamespace = strictRel
	}
	b.relBase = b.relNamespace + "/"
	b.dir = strings.TrimPrefix(path.Dir(b.part)+"/", "./")
	if b.rels, err = p.relations(b.part); err != nil {
		return nil, err
	}
	b.styles = b.dir + "styles.xml"
	for _, r := range b.rels {
		if r.kind == "styles" && r.target != "" {
			b.styles = r.target
		}
	}
	if !p.has(b.styles) {
		b.styles = ""
	}
	for _, e := range b.root.kid("sheets").all("sheet") {
		b.sheets = append(b.sheets, b.listed(p, e))
	}
	return b, nil
}

// listed reads one line of the list of sheets.
func (b *bookPart) listed(p *parts, e *element) listedSheet {
	s := listedSheet{name: e.get("name"), hidden: e.get("state") == "hidden" || e.get("state") == "veryHidden"}
	for _, a := range e.attrs {
		if a.name == "id" || !strings.HasSuffix(a.name, ":id") {
			continue
		}
		for _, r := range b.rels {
			if r.id == a.value && r.kind == "worksheet" && p.has(r.target) {
				s.part = r.target
			}
		}
	}
	return s
}

// find is the sheet of a name; nil when there is none with cells.
func (b *bookPart) find(name string) *listedSheet {
	for i := range b.sheets {
		s := &b.sheets[i]
		if s.part != "" && (s.name == name || strings.TrimSpace(s.name) == strings.TrimSpace(name)) {
			return s
		}
	}
	return nil
}

// freeName is a sheet name not taken yet, whatever its case: wanted, else wanted with a
// number.
func (b *bookPart) freeName(wanted string) string {
	name := wanted
	for n := 2; slices.ContainsFunc(b.sheets, func(s listedSheet) bool { return strings.EqualFold(s.name, name) }); n++ {
		name = fmt.Sprintf("%s(%d)", wanted, n)
	}
	return name
}

// insertFirst are the changes of the workbook part that put a sheet before all others:
// its line, and every number that counts sheets moved by one, so that the same sheet is
// open and the same names belong to the same sheets as before.
func (b *bookPart) insertFirst(name, relID string) ([]edit, error) {
	sheets := b.root.kid("sheets")
	top := 0
	for _, e := range sheets.all("sheet") {
		if n, err := strconv.Atoi(e.get("sheetId")); err == nil {
			top = max(top, n)
		}
	}
	if top >= 65_534 {
		return nil, errors.New("the workbook has no number left for a sheet")
	}
	p := b.root.prefix()
	line := fmt.Sprintf(`<%ssheet name="%s" sheetId="%d" xmlns:r="%s" r:id="%s"/>`, p, inXML(name), top+1, b.relNamespace, relID)
	edits := []edit{{sheets.inner, sheets.inner, line}}
	if sheets.empty {
		edits = []edit{sheets.grow(line)}
	}
	views, err := b.moveViews(p, sheets)
	if err != nil {
		return nil, err
	}
	names, err := b.moveNames(p, name)
	return append(append(edits, views...), names...), err
}

// moveViews keeps the sheet open that was open.
func (b *bookPart) moveViews(p string, sheets *element) ([]edit, error) {
	views := b.root.kid("bookViews")
	if views == nil {
		return []edit{{sheets.from, sheets.from, fmt.Sprintf(`<%[1]sbookViews><%[1]sworkbookView activeTab="1"/></%[1]sbookViews>`, p)}}, nil
	}
	var edits []edit
	for _, v := range views.all("workbookView") {
		for _, name := range []string{"activeTab", "firstSheet"} {
			n, err := count(v, name)
			if err != nil {
				return nil, err
			}
			if n > 0 || name == "activeTab" { // the first tab in sight stays the first: the list, unless tabs were scrolled
				edits = append(edits, setAttr(v.attrs, v.tag, name, strconv.Itoa(n+1)))
			}
		}
	}
	return edits, nil
}

// moveNames keeps names with their sheets, and prints the head of the list on every page.
func (b *bookPart) moveNames(p, list string) ([]edit, error) {
	title := fmt.Sprintf(`<%[1]sdefinedName name="_xlnm.Print_Titles" localSheetId="0">%[2]s!$%[3]d:$%[3]d</%[1]sdefinedName>`, p, inXML(quoted(list)), listHead)
	names := b.root.kid("definedNames")
	if names == nil {
		at := 0
		for _, k := range b.root.kids {
			if slices.Contains([]string{"sheets", "functionGroups", "externalReferences"}, k.local()) {
				at = k.after
			}
		}
		return []edit{{at, at, fmt.Sprintf(`<%[1]sdefinedNames>%[2]s</%[1]sdefinedNames>`, p, title)}}, nil
	}
	edits := []edit{names.grow(title)}
	for _, e := range names.all("definedName") {
		if named(e.attrs, "localSheetId") == nil {
			continue
		}
		n, err := count(e, "localSheetId")
		if err != nil {
			return nil, err
		}
		edits = append(edits, setAttr(e.attrs, e.tag, "localSheetId", strconv.Itoa(n+1)))
	}
	return edits, nil
}

// count is an attribute that numbers a sheet, 0 when there is none.
func count(e *element, name string) (int, error) {
	if named(e.attrs, name) == nil {
		return 0, nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(e.get(name)))
	if err != nil || n < 0 || n > 65_534 {
		return 0, fmt.Errorf("%s %.20q numbers no sheet", name, e.get(name))
	}
	return n, nil
}

// quoted is a sheet's name as it stands in a reference.
func quoted(sheet string) string { return "'" + strings.ReplaceAll(sheet, "'", "''") + "'" }

// override is a line of the content types for one part.
func override(name, kind string) string {
	return fmt.Sprintf(`Override PartName="/%s" ContentType="%s"/>`, name, kind)
}

// declare adds lines to the content types.
func (m *marker) declare() error {
	const key = "[content_types].xml"
	b, root, err := m.parts.tree(key)
	if err != nil {
		return err
	}
	text := ""
	if m.vml && !slices.ContainsFunc(root.all("Default"), func(e *element) bool { return strings.EqualFold(e.get("Extension"), "vml") }) {
		m.types = append([]string{`Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>`}, m.types...)
	}
	if !slices.ContainsFunc(root.all("Default"), func(e *element) bool { return strings.EqualFold(e.get("Extension"), "rels") }) {
		m.types = append(m.types, `Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`)
	}
	for _, line := range m.types {
		text += "<" + root.prefix() + line
	}
	return m.parts.change(key, b, []edit{root.grow(text)})
}
