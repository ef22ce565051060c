package sheet

import "bytes"

// cellType is the t attribute of a cell.
type cellType uint8

const (
	typeNumber cellType = iota
	typeShared
	typeString
	typeInline
	typeBool
	typeError
	typeDate
	typeUnknown
)

func typeOf(t []byte) cellType {
	switch string(t) {
	case "", "n":
		return typeNumber
	case "s":
		return typeShared
	case "str":
		return typeString
	case "inlineStr":
		return typeInline
	case "b":
		return typeBool
	case "e":
		return typeError
	case "d":
		return typeDate
	}
	return typeUnknown
}

// readCell reads the c element just opened.
func (r *sheetReader) readCell() error {
	if err := r.x.tally.pass(); err != nil {
		return err
	}
	style, kind := -1, typeNumber
	col := r.col + 1
	for i := range r.s.attrs {
		a := &r.s.attrs[i]
		switch string(a.name) {
		case "r":
			row, at, ok := parseRef(a.value)
			if !ok || row != r.row {
				return refuse(ReasonDamaged, "a cell outside its row")
			}
			col = at
		case "s":
			style = number(a.value)
		case "t":
			kind = typeOf(a.value)
		}
	}
	if col <= r.col || col > lastCol || kind == typeUnknown {
		return refuse(ReasonDamaged, "cells out of order or of no known type")
	}
	r.col = col
	cell := Cell{Col: col}
	valued, inline, err := r.content(&cell)
	if err != nil {
		return err
	}
	var st xlsxStyle
	if style >= 0 && style < len(r.x.styles) {
		st = r.x.styles[style]
	} else if style > 0 && len(r.x.styles) > 0 {
		return refuse(ReasonDamaged, "a cell style that is not there")
	}
	cell.Code, cell.Class, cell.Struck, cell.Quoted = st.code, st.class, st.struck, st.quoted
	if inline != nil {
		cell.Kind = KindText
		inline.into(&cell)
	} else if err := r.value(&cell, kind, valued); err != nil {
		return err
	}
	if cell.Kind == 0 || cell.Kind == KindText && cell.Text == "" && !cell.Formula {
		return nil
	}
	if len(r.line) == maxRowCells {
		return refuse(ReasonTooLarge, "cells in one row beyond the limit")
	}
	r.line = append(r.line, cell)
	return nil
}

// content collects what the cell holds: its value in raw, its formula in the cell, its inline text.
func (r *sheetReader) content(cell *Cell) (valued bool, inline *sharedText, err error) {
	for {
		tok, err := r.s.next()
		if err != nil {
			return false, nil, err
		}
		if tok == tokEnd {
			return valued, inline, nil
		}
		if tok != tokStart {
			continue
		}
		local := string(r.s.local)
		switch {
		case !r.s.own && local != "extLst":
			err = refuse(ReasonDamaged, "something in a cell that does not belong there")
		case local == "v" && !valued:
			valued = true
			r.raw, err = r.x.characters(r.raw[:0])
		case local == "f" && !cell.Formula:
			err = r.formula(cell)
		case local == "is" && inline == nil:
			var t sharedText
			t, r.raw, err = r.x.richText(r.raw)
			inline = &t
		case local == "v" || local == "f" || local == "is":
			err = refuse(ReasonDamaged, "a cell with two values")
		default:
			err = r.s.skip()
		}
		if err != nil {
			return false, nil, err
		}
	}
}

// formula reads the f element just opened.
func (r *sheetReader) formula(cell *Cell) error {
	cell.Formula = true
	shared := ""
	if string(r.s.attr("t")) == "shared" {
		shared = string(r.s.attr("si"))
	}
	var err error
	if r.expr, err = r.x.characters(r.expr[:0]); err != nil {
		return err
	}
	cell.External = readsOtherFile(r.expr)
	if shared != "" {
		if len(r.expr) > 0 && cell.External {
			if r.linked == nil {
				r.linked = make(map[string]bool)
			}
			r.linked[shared] = true
		}
		cell.External = cell.External || r.linked[shared]
	}
	cell.Expr, err = r.x.text.keep(r.expr[:min(len(r.expr), maxExpr)])
	return err
}

// value makes the cell's value of its raw text. The kind stays 0 for an empty cell.
func (r *sheetReader) value(cell *Cell, kind cellType, valued bool) error {
	raw := r.raw
	if !valued {
		raw = nil
	}
	if kind == typeNumber || kind == typeShared || kind == typeBool {
		raw = bytes.TrimSpace(raw)
	}
	if len(raw) == 0 && !(valued && kind == typeString) {
		if cell.Formula {
			cell.Kind = KindPending
		}
		return nil
	}
	switch kind {
	case typeNumber:
		cell.Kind = KindNumber
	case typeShared:
		i := number(raw)
		if i < 0 || i >= r.x.shared.len {
			return refuse(ReasonDamaged, "a shared string that is not there")
		}
		cell.Kind = KindText
		r.x.shared.at(i).into(cell)
		return nil
	case typeBool:
		cell.Kind = KindBool
		raw = boolText(string(raw) == "1" || string(raw) == "true")
	case typeError:
		cell.Kind = KindError
	case typeDate:
		cell.Kind = KindDate
	default:
		cell.Kind = KindText
		raw = unescape(raw)
	}
	raw, cell.Cut = cut(raw)
	var err error
	cell.Text, err = r.x.text.keep(raw)
	return err
}

func boolText(on bool) []byte {
	if on {
		return []byte("TRUE")
	}
	return []byte("FALSE")
}

// into puts a text into its cell. Runs without properties are struck when the cell's own font strikes.
func (t *sharedText) into(c *Cell) {
	c.Text, c.Cut = t.text, t.cut
	if t.rich != nil {
		view := &t.rich[0]
		if c.Struck {
			view = &t.rich[1]
		}
		c.Runs, c.Struck = view.runs, view.all
	}
}

// readsOtherFile finds a reference into another workbook: [1]Sheet!A1, '[1]2026计划'!$C$3, 'D:\[年报.xlsx]表'!A1. Brackets
// of table columns are none.
func readsOtherFile(expr []byte) bool {
	for {
		open := bytes.IndexByte(expr, '[')
		if open < 0 {
			return false
		}
		expr = expr[open+1:]
		shut := bytes.IndexByte(expr, ']')
		if shut < 0 {
			return false
		}
		book, after := expr[:shut], expr[shut+1:]
		bang := bytes.IndexByte(after, '!')
		if bang < 0 {
			return false
		}
		named := bytes.IndexByte(book, '.') >= 0 || number(book) >= 0
		if named && !bytes.ContainsAny(after[:bang], "[](),") {
			return true
		}
	}
}
