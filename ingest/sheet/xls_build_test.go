package sheet

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"unicode/utf16"
)

// biff writes records of a workbook stream under construction.
type biff struct{ bytes.Buffer }

// record adds a record of numbers (uint8, uint16, uint32, float64) and bytes.
func (b *biff) record(id int, fields ...any) {
	var d bytes.Buffer
	for _, f := range fields {
		switch v := f.(type) {
		case string:
			d.WriteString(v)
		case []uint16:
			_ = binary.Write(&d, binary.LittleEndian, v)
		default:
			_ = binary.Write(&d, binary.LittleEndian, f)
		}
	}
	_ = binary.Write(b, binary.LittleEndian, []uint16{uint16(id), uint16(d.Len())})
	b.Write(d.Bytes())
}

// w and c spell numbers of two bytes and of one.
func w(n int) uint16 { return uint16(n) }
func c(n int) uint8  { return uint8(n) }

// wide is a text as BIFF8 stores it behind its length.
func wideText(s string) []any { return []any{c(1), utf16.Encode([]rune(s))} }

// workbook8 is a BIFF8 stream of one sheet: shared strings first, then whatever rows writes.
func workbook8(shared []string, rows func(b *biff)) []byte {
	var head, sst, tail biff
	head.record(recBOF, w(0x600), w(5), uint32(0), uint32(0), uint32(0))
	for range 4 {
		head.record(recFont, w(220), w(0), w(0), w(400), uint32(0), uint32(0))
	}
	head.record(recFont, w(220), w(8), w(0), w(400), uint32(0), uint32(0)) // font 5 strikes through
	head.record(recFormat, w(164), w(10), c(0), "yyyy-mm-dd")
	for _, xf := range [][2]int{{0, 0}, {0, 164}, {5, 0}, {0, 10}} {
		head.record(recXF, w(xf[0]), w(xf[1]), w(0), "..............")
	}
	if len(shared) > 0 {
		fields := []any{uint32(len(shared)), uint32(len(shared))}
		for _, s := range shared {
			fields = append(append(fields, w(len(utf16.Encode([]rune(s))))), wideText(s)...)
		}
		sst.record(recSST, fields...)
	}
	sst.record(recEOF)
	name := append([]any{c(2)}, wideText("周报")...)
	at := head.Len() + 4 + 6 + 6 + sst.Len()
	head.record(recBoundSheet, append([]any{uint32(at), w(0)}, name...)...)
	head.Write(sst.Bytes())
	tail.record(recBOF, w(0x600), w(0x10), uint32(0), uint32(0), uint32(0))
	tail.record(recDimensions, uint32(0), uint32(0), w(0), w(0), w(0))
	rows(&tail)
	tail.record(recWindow, "..................")
	tail.record(recEOF)
	head.Write(tail.Bytes())
	return head.Bytes()
}

// workbook5 is a BIFF5 stream of one sheet with texts in code page 936.
func workbook5(t testing.TB, rows func(b *biff)) []byte {
	t.Helper()
	var head, tail biff
	head.record(recBOF, w(0x500), w(5), uint32(0))
	head.record(recCodePage, w(936))
	for range 4 {
		head.record(recFont, w(220), w(0), w(0), w(400), uint32(0), uint32(0))
	}
	head.record(recFont, w(220), w(8), w(0), w(400), uint32(0), uint32(0))
	code := gb18030(t, `yyyy"年"m"月"`)
	head.record(recFormat, w(164), c(len(code)), code)
	head.record(recXF, w(0), w(0), w(0), "..........")
	head.record(recXF, w(0), w(164), w(0), "..........")
	name := gb18030(t, "周报")
	at := head.Len() + 4 + 7 + len(name) + 4
	head.record(recBoundSheet, uint32(at), w(0), c(len(name)), name)
	head.record(recEOF)
	tail.record(recBOF, w(0x500), w(0x10), uint32(0))
	rows(&tail)
	tail.record(recEOF)
	head.Write(tail.Bytes())
	return head.Bytes()
}

// compound packs streams into an OLE container of plain sectors: each at least 4,096 bytes long, so that none is a small one.
func compound(names []string, streams [][]byte) []byte {
	const size, end = 512, 0xFFFFFFFE
	dir := (len(names) + 1 + 3) / 4
	var body bytes.Buffer
	var fat []uint32
	chain := func(n int) {
		for i := range n {
			next := uint32(len(fat) + 1)
			if i == n-1 {
				next = end
			}
			fat = append(fat, next)
		}
	}
	chain(dir)
	starts := make([]int, len(names))
	lengths := make([]int, len(names))
	for i, s := range streams {
		lengths[i] = max(len(s), 4096)
		starts[i] = len(fat)
		padded := make([]byte, (lengths[i]+size-1)/size*size)
		copy(padded, s)
		body.Write(padded)
		chain(len(padded) / size)
	}
	tables := (len(fat) + 127) / 127
	first := len(fat)
	for range tables {
		fat = append(fat, 0xFFFFFFFD)
	}
	for len(fat) < tables*128 {
		fat = append(fat, 0xFFFFFFFF)
	}
	entry := func(name string, kind byte, child, right, start uint32, length int) []byte {
		e := make([]byte, 128)
		units := utf16.Encode([]rune(name))
		for i, u := range units {
			binary.LittleEndian.PutUint16(e[2*i:], u)
		}
		binary.LittleEndian.PutUint16(e[64:], uint16(2*len(units)+2))
		e[66], e[67] = kind, 1
		binary.LittleEndian.PutUint32(e[68:], 0xFFFFFFFF)
		binary.LittleEndian.PutUint32(e[72:], right)
		binary.LittleEndian.PutUint32(e[76:], child)
		binary.LittleEndian.PutUint32(e[116:], start)
		binary.LittleEndian.PutUint64(e[120:], uint64(length))
		return e
	}
	directory := entry("Root Entry", 5, 1, 0xFFFFFFFF, end, 0)
	for i, name := range names {
		right := uint32(i + 2)
		if i == len(names)-1 {
			right = 0xFFFFFFFF
		}
		directory = append(directory, entry(name, 2, 0xFFFFFFFF, right, uint32(starts[i]), lengths[i])...)
	}
	for len(directory) < dir*size {
		directory = append(directory, entry("", 0, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0)...)
	}
	head := make([]byte, size)
	copy(head, oleMagic)
	for at, v := range map[int]uint16{24: 0x3E, 26: 3, 28: 0xFFFE, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(head[at:], v)
	}
	for at, v := range map[int]uint32{44: uint32(tables), 48: 0, 56: 4096, 60: end, 68: end} {
		binary.LittleEndian.PutUint32(head[at:], v)
	}
	for i := range 109 {
		v := uint32(0xFFFFFFFF)
		if i < tables {
			v = uint32(first + i)
		}
		binary.LittleEndian.PutUint32(head[76+4*i:], v)
	}
	out := append(append(head, directory...), body.Bytes()...)
	return binary.LittleEndian.AppendUint32(appendTable(out, fat[:len(fat)-1]), fat[len(fat)-1])
}

func appendTable(out []byte, table []uint32) []byte {
	for _, v := range table {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

// packedRK packs a number into the 30 bits of an RK: whole, or in hundredths.
func packedRK(n int, hundredths bool) uint32 {
	v := uint32(int32(n)<<2) | 2
	if hundredths {
		v |= 1
	}
	return v
}

func doubleRK(f float64) uint32 { return uint32(math.Float64bits(f)>>32) &^ 3 }
