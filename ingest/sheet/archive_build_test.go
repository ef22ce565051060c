package sheet

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"unicode/utf16"
)

// rar4 packs parts unchanged into a rar of version 4, as no tool here can: headers with their checksums, then the bytes.
func rar4(parts ...part) []byte {
	out := []byte("Rar!\x1A\x07\x00")
	head := func(kind byte, flags uint16, body []byte) {
		h := []byte{kind}
		h = binary.LittleEndian.AppendUint16(h, flags)
		h = binary.LittleEndian.AppendUint16(h, uint16(7+len(body)))
		h = append(h, body...)
		out = binary.LittleEndian.AppendUint16(out, uint16(crc32.ChecksumIEEE(h)))
		out = append(out, h...)
	}
	head(0x73, 0, make([]byte, 6))
	for _, p := range parts {
		var b bytes.Buffer
		for _, v := range []any{
			uint32(len(p.text)), uint32(len(p.text)), uint8(0), crc32.ChecksumIEEE([]byte(p.text)), uint32(0), uint8(20), uint8(0x30),
			uint16(len(p.name)), uint32(0x20),
		} {
			_ = binary.Write(&b, binary.LittleEndian, v)
		}
		head(0x74, 0x8000, append(b.Bytes(), p.name...))
		out = append(out, p.text...)
	}
	head(0x7B, 0x4000, nil)
	return out
}

// sevenZipOf packs parts unchanged into a 7z with a plain header.
func sevenZipOf(parts ...part) []byte {
	num := func(n int) []byte {
		if n < 0x80 {
			return []byte{byte(n)}
		}
		return []byte{0x80 | byte(n>>8), byte(n)}
	}
	var data, names bytes.Buffer
	var sizes, sums []byte
	for i, p := range parts {
		data.WriteString(p.text)
		if i < len(parts)-1 {
			sizes = append(sizes, num(len(p.text))...)
		}
		sums = binary.LittleEndian.AppendUint32(sums, crc32.ChecksumIEEE([]byte(p.text)))
		for _, u := range append(utf16.Encode([]rune(p.name)), 0) {
			_ = binary.Write(&names, binary.LittleEndian, u)
		}
	}
	size := num(data.Len())
	header := bytes.Join([][]byte{
		{1, 4, 6, 0, 1, 9}, size, {0}, // where the packed bytes are
		{7, 11, 1, 0, 1, 1, 0, 12}, size, {0}, // copied, not compressed
		{8, 13}, num(len(parts)), {9}, sizes, {10, 1}, sums, {0, 0}, // how they fall into files
		{5}, num(len(parts)), {17}, num(names.Len() + 1), {0}, names.Bytes(), {0, 0},
	}, nil)
	start := binary.LittleEndian.AppendUint64(nil, uint64(data.Len()))
	start = binary.LittleEndian.AppendUint64(start, uint64(len(header)))
	start = binary.LittleEndian.AppendUint32(start, crc32.ChecksumIEEE(header))
	out := binary.LittleEndian.AppendUint32([]byte("7z\xBC\xAF\x27\x1C\x00\x04"), crc32.ChecksumIEEE(start))
	return append(append(append(out, start...), data.Bytes()...), header...)
}
