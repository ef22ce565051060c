package sheet

import (
	"regexp"
	"slices"
	"strings"

	"duban/state"
)

// Notes are the comments people hang on cells (批注). Nothing of one is ever taken for a value;
// one that names another figure than its cell is asked about.

const (
	maxNotes    = 1_000
	maxNoteText = 2_000 // bytes kept of one
)

// Note is the comment on a cell.
type Note struct {
	Row, Col int // as Cell has them: rows from 1, columns from 0
	Text     string
}

func (g *Grid) addNote(row, col int, text []byte) {
	if text = []byte(trimText(string(text))); len(text) > 0 && len(g.Notes) < maxNotes {
		short := text[:min(len(text), maxNoteText)]
		g.Notes = append(g.Notes, Note{row, col, strings.ToValidUTF8(string(short), "")})
	}
}

// notes reads the comments of a sheet, where its relations lead to some.
func (x *xlsxFile) notes(part string, g *Grid) error {
	rels, err := x.relations(part)
	if err != nil {
		return err
	}
	for _, r := range rels {
		if r.kind != "comments" || x.parts[r.target] == nil {
			continue
		}
		if err := x.notesIn(r.target, g); err != nil {
			return err
		}
	}
	return nil
}

func (x *xlsxFile) notesIn(part string, g *Grid) error {
	c, err := x.open(part)
	if err != nil {
		return err
	}
	defer c.Close()
	var text []byte
	row, col := 0, 0
	for {
		tok, err := x.xml.next()
		if err != nil {
			return err
		}
		switch local := string(x.xml.local); {
		case tok == tokEOF:
			g.addNote(row, col, text)
			return nil
		case tok != tokStart:
		case local == "comment":
			g.addNote(row, col, text)
			text = text[:0]
			row, col, _ = parseRef(x.xml.attr("ref"))
		case local == "rPh":
			if err := x.xml.skip(); err != nil {
				return err
			}
		case local == "t":
			if text, err = x.characters(text); err != nil {
				return err
			}
			text = text[:min(len(text), maxNoteText)]
		}
	}
}

// xlsNotes collects the comments of a BIFF sheet: the words stand in text boxes, and a record
// at the end says which box belongs to which cell.
type xlsNotes struct {
	box  int // the object described last
	left int // characters still to come of its text
	text map[int][]byte
}

// record reads what a record tells of comments.
func (n *xlsNotes) record(x *xlsFile, g *Grid, id int, d []byte) {
	if id != recContinue {
		n.left = 0
	}
	switch {
	case id == recObj && len(d) >= 8 && u16(d) == 0x15:
		n.box = u16(d[6:])
	case id == recTXO && len(d) >= 12:
		n.left = min(u16(d[10:]), maxNoteText)
	case id == recContinue && n.left > 0 && len(d) > 1:
		if n.text == nil {
			n.text = map[int][]byte{}
		}
		units := make([]uint16, 0, n.left)
		for at, wide := 1, 1+int(d[0]&1); at+wide <= len(d) && len(units) < n.left; at += wide {
			unit := uint16(d[at])
			if wide == 2 {
				unit = uint16(u16(d[at:]))
			}
			units = append(units, unit)
		}
		n.left -= len(units)
		if len(n.text) < maxNotes {
			n.text[n.box] = append(n.text[n.box], utf16Text(units)...)
		}
	case id == recNote && x.biff5 && len(d) > 6:
		if u16(d) != 0xFFFF {
			g.addNote(u16(d)+1, u16(d[2:]), x.decode(d[6:]))
		}
	case id == recNote && len(d) >= 8:
		g.addNote(u16(d)+1, u16(d[2:]), n.text[u16(d[6:])])
	}
}

var (
	noteCorrects = regexp.MustCompile(`为准|应为|更正|改为|有误|实为|应是|不是`)
	noteFigure   = regexp.MustCompile(`\d`)
	// noteOurs is how the comments in the workbooks we return begin: they ask already.
	noteOurs = regexp.MustCompile(`^第\d+项|您填的[::]|^上次标注的内容`)
)

// noted tells of comments on the cells of projects in the rows from..to: a question where one may correct a figure,
// else for the office to know.
func (t *tableReader) noted(from, to int) {
	for _, n := range t.view.grid.Notes {
		if n.Row < from || n.Row > to || noteOurs.MatchString(n.Text) {
			continue
		}
		row := slices.IndexFunc(t.sheet.Rows, func(r state.Row) bool { return r.No == n.Row })
		at := slices.IndexFunc(t.columns, func(c column) bool { return c.col == n.Col })
		if row < 0 || at < 0 {
			continue
		}
		c := t.columns[at]
		level := state.LevelNote
		if c.column.Kind != state.KindText && noteFigure.MatchString(n.Text) || noteCorrects.MatchString(n.Text) {
			level = state.LevelWarning
		}
		t.findings = append(t.findings, state.Finding{
			Rule: ruleNote, Level: level, Sheet: t.sheet.Name, Cell: CellName(n.Row, n.Col), Column: c.column.ID, Title: c.title,
			Found: t.sheet.Rows[row].Values[c.column.ID].Raw + "(批注:" + n.Text + ")",
		})
	}
}
