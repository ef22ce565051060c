package sheet

import (
	"encoding/binary"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// The records we read, by their numbers in [MS-XLS] and the older BIFF5.
const (
	recFormula    = 0x0006
	recEOF        = 0x000A
	recExternSht  = 0x0017
	recNote       = 0x001C
	recDate1904   = 0x0022
	recFilePass   = 0x002F
	recFont       = 0x0031
	recContinue   = 0x003C
	recCodePage   = 0x0042
	recObj        = 0x005D
	recColInfo    = 0x007D
	recBoundSheet = 0x0085
	recMulRK      = 0x00BD
	recMulBlank   = 0x00BE
	recRString    = 0x00D6
	recDBCell     = 0x00D7
	recXF         = 0x00E0
	recMerge      = 0x00E5
	recDrawings   = 0x00EB
	recSST        = 0x00FC
	recLabelSST   = 0x00FD
	recSupBook    = 0x01AE
	recTXO        = 0x01B6
	recBlank      = 0x0201
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recString     = 0x0207
	recRow        = 0x0208
	recDimensions = 0x0200
	recWindow     = 0x023E
	recArray      = 0x0221
	recTable      = 0x0236
	recRK         = 0x027E
	recFormat     = 0x041E
	recFormat5    = 0x001E
	recShrFmla    = 0x04BC
	recBOF        = 0x0809
)

// biffCursor walks the records of a workbook stream.
type biffCursor struct {
	stream []byte
	pos    int
	id     int
	data   []byte
}

// next goes to the next record. A stream that ends inside a record, or without the record that ends it, was cut.
func (c *biffCursor) next() error {
	if c.pos+4 > len(c.stream) {
		return refuse(ReasonDamaged, "the records end early")
	}
	c.id = int(binary.LittleEndian.Uint16(c.stream[c.pos:]))
	n := int(binary.LittleEndian.Uint16(c.stream[c.pos+2:]))
	if !knownRecord(c.id) {
		return refuse(ReasonDamaged, "a record of no known kind")
	}
	c.pos += 4
	if c.pos+n > len(c.stream) {
		return refuse(ReasonDamaged, "a record ends early")
	}
	c.data = c.stream[c.pos : c.pos+n]
	c.pos += n
	return nil
}

// peek is the number of the record after this one; -1 at the end.
func (c *biffCursor) peek() int {
	if c.pos+4 > len(c.stream) {
		return -1
	}
	return int(binary.LittleEndian.Uint16(c.stream[c.pos:]))
}

// whole takes this record and the ones that continue it.
func (c *biffCursor) whole() (*segments, error) {
	s := &segments{list: [][]byte{c.data}}
	for c.peek() == recContinue {
		if err := c.next(); err != nil {
			return nil, err
		}
		s.list = append(s.list, c.data)
	}
	return s, nil
}

func u16(b []byte) int { return int(binary.LittleEndian.Uint16(b)) }
func u32(b []byte) int { return int(binary.LittleEndian.Uint32(b)) }

// segments reads through a record and its continuations. After a read beyond the end, short is set and zeros come.
type segments struct {
	list  [][]byte
	short bool
}

// head steps to the next segment that has bytes.
func (s *segments) head() []byte {
	for len(s.list) > 0 && len(s.list[0]) == 0 {
		s.list = s.list[1:]
	}
	if len(s.list) == 0 {
		s.short = true
		return nil
	}
	return s.list[0]
}

func (s *segments) u8() int {
	b := s.head()
	if b == nil {
		return 0
	}
	s.list[0] = b[1:]
	return int(b[0])
}

func (s *segments) u16() int { return s.u8() | s.u8()<<8 }
func (s *segments) u32() int { return s.u16() | s.u16()<<16 }

func (s *segments) skip(n int) {
	for n > 0 {
		b := s.head()
		if b == nil {
			return
		}
		m := min(n, len(b))
		s.list[0] = b[m:]
		n -= m
	}
}

// left counts the bytes not yet read.
func (s *segments) left() int {
	n := 0
	for _, b := range s.list {
		n += len(b)
	}
	return n
}

// chars reads n characters, of one byte or two. Where they run on into the next segment, that begins with a byte that tells
// anew whether they are wide.
func (s *segments) chars(n int, wide bool, into []uint16) []uint16 {
	for ; n > 0; n-- {
		if len(s.list) > 0 && len(s.list[0]) == 0 {
			wide = s.u8()&1 != 0
		}
		if wide {
			into = append(into, uint16(s.u16()))
		} else {
			into = append(into, uint16(s.u8()))
		}
		if s.short {
			break
		}
	}
	return into
}

// unicodeText reads a string of BIFF8 whose length in characters is n: flags, characters, and where its runs begin.
func (s *segments) unicodeText(n int, units []uint16) ([]uint16, []int) {
	flags := s.u8()
	var runs, phonetic int
	if flags&8 != 0 {
		runs = s.u16()
	}
	if flags&4 != 0 {
		phonetic = s.u32()
	}
	units = s.chars(n, flags&1 != 0, units)
	at := make([]int, 0, 2*min(runs, maxRuns))
	for ; runs > 0 && !s.short; runs-- {
		at = append(at, s.u16(), s.u16())
	}
	s.skip(phonetic)
	return units, at
}

func utf16Text(units []uint16) []byte { return []byte(string(utf16.Decode(units))) }

// codePage is the character set of the texts of BIFF5 files. Files made by Chinese programs often name no page, or a wrong one
// for which no Chinese could be written: GB18030 stands for those.
func codePage(page int) encoding.Encoding {
	switch page {
	case 932:
		return japanese.ShiftJIS
	case 949:
		return korean.EUCKR
	case 950, 10002:
		return traditionalchinese.Big5
	case 437, 850, 1252, 10000, 32769:
		return charmap.Windows1252
	}
	return simplifiedchinese.GB18030
}
