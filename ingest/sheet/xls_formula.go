package sheet

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
)

// label reads a text stored in the cell itself, plain or in runs.
func (s *xlsGrid) label(c *Cell, d []byte, rich bool) error {
	c.Kind = KindText
	if len(d) < 2 {
		return refuse(ReasonDamaged, "a text that is none")
	}
	n := u16(d)
	if s.x.biff5 {
		for n+2 > len(d) && s.x.c.peek() == recContinue {
			if err := s.x.c.next(); err != nil {
				return err
			}
			d = append(slices.Clone(d), s.x.c.data...)
		}
		return s.oldLabel(c, d[2:], n, rich)
	}
	seg := &segments{list: [][]byte{d[2:]}}
	units, runs := seg.unicodeText(n, nil)
	if rich {
		for n := seg.u16(); n > 0 && !seg.short; n-- {
			runs = append(runs, seg.u16(), seg.u16())
		}
	}
	if seg.short {
		return refuse(ReasonDamaged, "a text ends early")
	}
	item, err := s.x.sharedText(units, runs)
	item.into(c)
	return err
}

// oldLabel reads the text of a BIFF5 cell: n bytes in the code page, and runs that count in bytes.
func (s *xlsGrid) oldLabel(c *Cell, d []byte, n int, rich bool) error {
	if n > len(d) {
		return refuse(ReasonDamaged, "a text ends early")
	}
	raw, rest := d[:n], d[n:]
	text, was := cut(s.x.decode(raw))
	var err error
	if c.Text, err = s.x.text.keep(text); err != nil || !rich || was || len(rest) == 0 {
		c.Cut = was
		return err
	}
	var pieces []xlsxRun
	at, now := 0, xlsxRun{plain: true}
	put := func(end int) {
		if end = min(end, n); end > at {
			now.text = string(s.x.decode(raw[at:end]))
			pieces = append(pieces, now)
			at = end
		}
	}
	for runs, d := int(rest[0]), rest[1:]; runs > 0 && len(d) >= 2; runs, d = runs-1, d[2:] {
		put(int(d[0]))
		now = xlsxRun{struck: s.x.tables.strikes(int(d[1]))}
	}
	put(n)
	view := viewRuns(pieces, c.Struck)
	c.Runs, c.Struck = view.runs, view.all
	return nil
}

// formula reads the stored result of a formula; a text result follows in a record of its own.
func (s *xlsGrid) formula(c *Cell, d []byte) error {
	c.Formula = true
	if len(d) < 16 {
		return refuse(ReasonDamaged, "a formula that is none")
	}
	tokens := d[16:]
	if n := u16(d[14:]); n > len(tokens) || n < len(tokens) && !hasArray(tokens[:n]) {
		return refuse(ReasonDamaged, "a formula of a wrong length")
	} else if !s.x.biff5 {
		c.External = s.x.readsOtherBook(tokens[:n])
	}
	if u16(d[6:]) != 0xFFFF {
		return s.number(c, math.Float64frombits(binary.LittleEndian.Uint64(d)))
	}
	switch d[0] {
	case 0:
		c.Kind = KindText
		s.waiting = len(s.line)
	case 1:
		boolOrError(c, d[2], false)
	case 2:
		boolOrError(c, d[2], true)
	case 3:
		c.Kind = KindText
	default:
		return refuse(ReasonDamaged, "a formula of no known result")
	}
	return nil
}

// hasArray tells whether constant arrays may stand behind the tokens of a formula.
func hasArray(tokens []byte) bool { return bytes.ContainsAny(tokens, "\x20\x40\x60\x26\x46\x66") }

// result reads the text a formula gave, from this record and the ones that continue it.
func (s *xlsGrid) result() error {
	if s.waiting < 0 || s.waiting >= len(s.line) {
		return refuse(ReasonDamaged, "a text without its formula")
	}
	c := &s.line[s.waiting]
	s.waiting = -1
	seg, err := s.x.c.whole()
	if err != nil {
		return err
	}
	n := seg.u16()
	var raw []byte
	if s.x.biff5 {
		for ; n > 0 && !seg.short; n-- {
			raw = append(raw, byte(seg.u8()))
		}
		raw = s.x.decode(raw)
	} else {
		units, _ := seg.unicodeText(n, s.x.units[:0])
		s.x.units = units
		raw = utf16Text(units)
	}
	if seg.short {
		return refuse(ReasonDamaged, "a text ends early")
	}
	raw, c.Cut = cut(raw)
	c.Text, err = s.x.text.keep(raw)
	return err
}

// tokenSizes are the lengths of the formula tokens after their first byte, by their number with the class taken out
// ([MS-XLS] 2.5.198); those of changing length are read by hand.
var tokenSizes = map[byte]int{
	0x01: 4, 0x02: 4, 0x03: 0, 0x04: 0, 0x05: 0, 0x06: 0, 0x07: 0, 0x08: 0, 0x09: 0, 0x0A: 0, 0x0B: 0, 0x0C: 0, 0x0D: 0, 0x0E: 0,
	0x0F: 0, 0x10: 0, 0x11: 0, 0x12: 0, 0x13: 0, 0x14: 0, 0x15: 0, 0x16: 0, 0x1C: 1, 0x1D: 1, 0x1E: 2, 0x1F: 8,
	0x20: 7, 0x21: 2, 0x22: 3, 0x23: 4, 0x24: 4, 0x25: 8, 0x26: 6, 0x27: 6, 0x28: 6, 0x29: 2, 0x2A: 4, 0x2B: 8, 0x2C: 4, 0x2D: 8,
	0x39: 6, 0x3A: 6, 0x3B: 10, 0x3C: 6, 0x3D: 10,
}

// readsOtherBook tells whether the tokens of a formula refer to another workbook.
func (x *xlsFile) readsOtherBook(t []byte) bool {
	for len(t) > 0 {
		id := t[0]
		if id >= 0x40 {
			id = id&0x1F | 0x20
		}
		t = t[1:]
		n, ok := tokenSizes[id]
		switch {
		case id == 0x17 && len(t) >= 2: // a text
			n, ok = 2+int(t[0]), true
			if t[1]&1 != 0 {
				n += int(t[0])
			}
		case id == 0x19 && len(t) >= 3: // an attribute; a choice brings its table of jumps
			n, ok = 3, true
			if t[0]&4 != 0 {
				n += 2 * (u16(t[1:]) + 1)
			}
		}
		if !ok || n > len(t) {
			return false
		}
		if id >= 0x39 && id <= 0x3D {
			if i := u16(t); i < len(x.sheets) && x.sheets[i] < len(x.books) && x.books[x.sheets[i]] {
				return true
			}
		}
		t = t[n:]
	}
	return false
}
