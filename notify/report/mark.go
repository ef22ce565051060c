package report

import (
	"errors"
	"fmt"
	"slices"

	"duban/state"
)

// Limits on what is marked in one workbook.
const (
	maxMarkItems = 5_000 // findings
	maxMarkCells = 5_000
)

// Mark returns the department's own workbook with the cells marked that findings name: red
// for 必须改, yellow for 请说明, a comment in each, and a first sheet 补正清单 that lists every
// finding with a link to its cell. Notes and findings of another book than the one named are
// left out. Nothing else is altered: parts without a marked cell stay byte for byte, and in
// the others only the format of the marked cells changes. A workbook that cannot be changed
// so is an error that says why; a damaged one is never returned.
func Mark(xlsx []byte, book string, findings []state.Finding) ([]byte, error) {
	out, err := mark(xlsx, book, findings)
	if err != nil {
		return nil, fmt.Errorf("mark workbook %.80q: %w", book, err)
	}
	return out, nil
}

func mark(xlsx []byte, book string, findings []state.Finding) ([]byte, error) {
	items := itemsOf(book, findings)
	if len(items) == 0 {
		return nil, errors.New("no finding names it")
	}
	if len(items) > maxMarkItems {
		return nil, errors.New("it has too many findings to mark")
	}
	p, err := unpack(xlsx)
	if err != nil {
		return nil, err
	}
	m := &marker{parts: p, items: items}
	if m.book, err = readBook(p); err != nil {
		return nil, err
	}
	if m.own, err = m.ownList(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{m.readStyles, m.markSheets, m.addList, m.writeStyles, m.declare} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p.pack()
}

// marker is one workbook being marked.
type marker struct {
	parts  *parts
	book   *bookPart
	items  []markItem
	styler *styler
	types  []string // lines for the content types
	vml    bool     // a drawing of comment boxes was added
	own    string   // the list of an earlier letter; "" when the workbook was not marked before
	blocks int      // blocks of shape numbers used by new drawings
}

// readStyles opens the styles part, making one for a workbook that has none.
func (m *marker) readStyles() error {
	key := m.book.styles
	if key == "" {
		name := m.book.dir + "styles.xml"
		if _, err := m.parts.relate(m.book.part, m.book.relBase, "styles", name); err != nil {
			return err
		}
		m.types = append(m.types, override(name, "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"))
		if err := m.parts.add(name, bareStyles(m.book.namespace)); err != nil {
			return err
		}
		key = partKey(name)
		m.book.styles = key
	}
	b, root, err := m.parts.tree(key)
	if err != nil {
		return err
	}
	m.styler, err = newStyler(b, root)
	return err
}

func (m *marker) writeStyles() error {
	return m.parts.change(m.book.styles, m.styler.text, m.styler.edits())
}

// concerns reports whether a sheet is to be changed.
func (m *marker) concerns(sheet *listedSheet) bool {
	if sheet.part == "" || sheet.part == m.own {
		return false
	}
	return m.own != "" || slices.ContainsFunc(m.items, func(it markItem) bool { return m.book.find(it.Sheet) == sheet && len(it.cells) > 0 })
}

// markSheets paints the cells of every sheet a finding names and writes their comments.
func (m *marker) markSheets() error {
	cells := 0
	for i := range m.book.sheets {
		sheet := &m.book.sheets[i]
		if !m.concerns(sheet) {
			continue
		}
		b, err := m.parts.text(sheet.part)
		if err != nil {
			return err
		}
		if sheet.canvas, err = readCanvas(b); err != nil {
			return fmt.Errorf("sheet %q: %w", sheet.name, err)
		}
		paints, notes := m.marksOn(sheet)
		if cells += len(paints); cells > maxMarkCells {
			return errors.New("it has too many cells to mark")
		}
		edits, err := paintCells(b, &sheet.canvas, paints, m.styler, m.own != "")
		if err != nil {
			return fmt.Errorf("sheet %q: %w", sheet.name, err)
		}
		drawing, err := m.comments(sheet, notes)
		if err != nil {
			return fmt.Errorf("comments of sheet %q: %w", sheet.name, err)
		}
		if edits = append(edits, drawing...); len(edits) == 0 {
			continue
		}
		if err := m.parts.change(sheet.part, b, edits); err != nil {
			return err
		}
	}
	return nil
}

// marksOn gathers what is to be seen in each cell of a sheet: red wins over yellow, and
// the notes of several findings stand below each other.
func (m *marker) marksOn(sheet *listedSheet) (map[ref]paint, map[ref]string) {
	paints, notes := map[ref]paint{}, map[ref]string{}
	for _, it := range m.items {
		if m.book.find(it.Sheet) != sheet {
			continue
		}
		seen := map[ref]bool{}
		for _, cell := range it.cells {
			at := sheet.canvas.shown(cell)
			if seen[at] {
				continue
			}
			seen[at] = true
			before, marked := paints[at]
			if !marked || before == yellow {
				paints[at] = it.paint
			}
			if marked {
				notes[at] += "\n"
			}
			notes[at] += it.note()
		}
	}
	return paints, notes
}
