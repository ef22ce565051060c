package sheet

import (
	"encoding/binary"
	"math"
	"strconv"
)

// cellSizes are the lengths prescribed for cells of one length.
var cellSizes = map[int]int{recBlank: 6, recNumber: 14, recBoolErr: 8, recRK: 10, recLabelSST: 10}

// single reads a cell record of its own.
func (s *xlsGrid) single(id int, d []byte) error {
	if n, fixed := cellSizes[id]; fixed && len(d) != n {
		return refuse(ReasonDamaged, "a cell of a wrong length")
	}
	c, err := s.place(u16(d), u16(d[2:]), u16(d[4:]), id == recBlank)
	if err != nil || id == recBlank {
		return err
	}
	body := d[6:]
	switch id {
	case recNumber:
		err = s.number(&c, math.Float64frombits(binary.LittleEndian.Uint64(body)))
	case recRK:
		err = s.number(&c, rk(body))
	case recBoolErr:
		boolOrError(&c, body[0], body[1] != 0)
	case recLabelSST:
		i := u32(body)
		if i >= s.x.shared.len {
			return refuse(ReasonDamaged, "a shared string that is not there")
		}
		c.Kind = KindText
		s.x.uses--
		s.x.shared.at(i).into(&c)
	case recLabel, recRString:
		err = s.label(&c, body, id == recRString)
	case recFormula:
		err = s.formula(&c, body)
	}
	if err != nil {
		return err
	}
	return s.put(c)
}

// several reads a record of cells side by side.
func (s *xlsGrid) several(id int, d []byte) error {
	size := 6
	if id == recMulBlank {
		size = 2
	}
	if len(d) < 6 || (len(d)-6)%size != 0 || u16(d[len(d)-2:])-u16(d[2:])+1 != (len(d)-6)/size {
		return refuse(ReasonDamaged, "cells of a wrong length")
	}
	row, col := u16(d), u16(d[2:])
	for d := d[4 : len(d)-2]; len(d) > 0; d, col = d[size:], col+1 {
		c, err := s.place(row, col, u16(d), id == recMulBlank)
		if err == nil && id == recMulRK {
			if err = s.number(&c, rk(d[2:])); err == nil {
				err = s.put(c)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// place begins a cell: row and col count from 0. An empty one may stand in a row that is not described, as Gnumeric writes
// cells that have nothing but a format.
func (s *xlsGrid) place(row, col, style int, empty bool) (Cell, error) {
	if err := s.x.tally.pass(); err != nil {
		return Cell{}, err
	}
	if col > 255 || style >= len(s.x.styles) {
		return Cell{}, refuse(ReasonDamaged, "a cell outside the sheet or of no style")
	}
	if s.told {
		limit, known := s.rows[row]
		switch {
		case !known && empty:
			s.last = max(s.last, row)
		case !known || col < limit.first || col >= limit.end || col < limit.reached:
			return Cell{}, refuse(ReasonDamaged, "a cell outside its row or out of order")
		default:
			limit.reached = col + 1
			s.rows[row] = limit
		}
	}
	if row != s.row {
		if err := s.flush(); err != nil {
			return Cell{}, err
		}
		s.mixed = s.mixed || row < s.row
		s.row = row
	}
	st := s.x.styles[style]
	return Cell{Col: col, Code: st.code, Class: st.class, Struck: st.struck, Quoted: st.quoted}, nil
}

// put keeps a cell unless it is an empty text.
func (s *xlsGrid) put(c Cell) error {
	if c.Kind == KindText && c.Text == "" && !c.Formula {
		return nil
	}
	if len(s.line) == maxRowCells {
		return refuse(ReasonTooLarge, "cells in one row beyond the limit")
	}
	s.line = append(s.line, c)
	return nil
}

// number keeps a number in the shortest decimal spelling that gives the same double.
func (s *xlsGrid) number(c *Cell, v float64) error {
	c.Kind = KindNumber
	form := byte('f')
	if abs := math.Abs(v); abs != 0 && (abs < 1e-9 || abs >= 1e21) {
		form = 'E'
	}
	var buf [40]byte
	var err error
	c.Text, err = s.x.text.keep(strconv.AppendFloat(buf[:0], v, form, -1, 64))
	return err
}

// rk is a number packed into 30 bits: whole or the upper part of a double, in units or in hundredths.
func rk(b []byte) float64 {
	n := binary.LittleEndian.Uint32(b)
	v := math.Float64frombits(uint64(n&^3) << 32)
	if n&2 != 0 {
		v = float64(int32(n) >> 2)
	}
	if n&1 != 0 {
		v /= 100
	}
	return v
}

// boolOrError sets a cell to a truth value or to the spelling of an error code.
func boolOrError(c *Cell, v byte, isError bool) {
	if !isError {
		c.Kind, c.Text = KindBool, string(boolText(v != 0))
		return
	}
	c.Kind = KindError
	switch v {
	case 0x00:
		c.Text = "#NULL!"
	case 0x07:
		c.Text = "#DIV/0!"
	case 0x0F:
		c.Text = "#VALUE!"
	case 0x17:
		c.Text = "#REF!"
	case 0x1D:
		c.Text = "#NAME?"
	case 0x24:
		c.Text = "#NUM!"
	default:
		c.Text = "#N/A"
	}
}
