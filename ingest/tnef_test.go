package ingest

import (
	"bytes"
	"encoding/binary"
	"testing"
	"unicode/utf16"
)

// tnefStream wraps attributes as Outlook does.
func tnefStream(attributes ...[]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, tnefSignature)
	b = append(b, 1, 0) // key
	return append(b, bytes.Join(attributes, nil)...)
}

func tnefAttribute(level byte, id uint32, data []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte{level}, id)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	return append(append(b, data...), 0, 0) // the checksum is not looked at
}

func tnefFileAttributes(name string, data []byte) []byte {
	return bytes.Join([][]byte{
		tnefAttribute(2, tnefAttachStart, make([]byte, 14)),
		tnefAttribute(2, tnefAttachTitle, []byte("SHORT~1.XLS\x00")),
		tnefAttribute(2, tnefAttachData, data),
		tnefAttribute(2, tnefAttachProps, tnefUnicodeProperty(propAttachLong, name)),
	}, nil)
}

// tnefUnicodeProperty is a property list with a number, a named property and a string.
func tnefUnicodeProperty(prop uint16, s string) []byte {
	var text []byte
	for _, u := range utf16.Encode([]rune(s + "\x00")) {
		text = binary.LittleEndian.AppendUint16(text, u)
	}
	b := binary.LittleEndian.AppendUint32(nil, 3)
	b = append(b, 3, 0, 0x20, 0x0E, 1, 0, 0, 0)                      // a 32-bit number
	b = append(b, 3, 0, 0x01, 0x80)                                  // a named one: GUID, kind, id
	b = append(b, make([]byte, 16)...)                               //
	b = append(b, 0, 0, 0, 0, 9, 0, 0, 0, 7, 0, 0, 0)                //
	b = binary.LittleEndian.AppendUint16(b, 0x1F)                    //
	b = binary.LittleEndian.AppendUint16(b, prop)                    //
	b = binary.LittleEndian.AppendUint32(b, 1)                       // one value
	b = binary.LittleEndian.AppendUint32(b, uint32(len(text)))       //
	return append(append(b, text...), make([]byte, -len(text)&3)...) // padded to four
}

func TestTNEFGivesUpItsFiles(t *testing.T) {
	inner := tnefStream(tnefFileAttributes("内层.xls", []byte("inner")))
	object := binary.LittleEndian.AppendUint32(nil, 1)
	object = binary.LittleEndian.AppendUint16(object, 0x0D)
	object = binary.LittleEndian.AppendUint16(object, propAttachData)
	object = binary.LittleEndian.AppendUint32(object, 1)
	object = binary.LittleEndian.AppendUint32(object, uint32(16+len(inner)))
	object = append(append(object, make([]byte, 16)...), inner...)
	object = append(object, make([]byte, -len(inner)&3)...)

	opened := readTNEF(tnefStream(
		tnefAttribute(1, tnefCodepage, []byte{0xA8, 3, 0, 0, 0, 0, 0, 0}),
		tnefAttribute(1, tnefBody, []byte(gbk("请查收")+"\x00")),
		tnefFileAttributes("第38周周报.xlsx", []byte("one")),
		tnefFileAttributes("现场.jpg", []byte("two")),
		tnefAttribute(2, tnefAttachStart, nil), tnefAttribute(2, tnefAttachProps, object),
	), 10)
	if opened.damaged || opened.body != "请查收" {
		t.Errorf("damaged %v body %q", opened.damaged, opened.body)
	}
	want := []tnefFile{{name: "第38周周报.xlsx", data: []byte("one")}, {name: "现场.jpg", data: []byte("two")}, {name: "内层.xls", data: []byte("inner")}}
	if len(opened.files) != len(want) {
		t.Fatalf("%d files: %v", len(opened.files), opened.files)
	}
	for i, w := range want {
		if g := opened.files[i]; g.name != w.name || !bytes.Equal(g.data, w.data) || g.damaged {
			t.Errorf("file %d: %q %q, want %q %q", i, g.name, g.data, w.name, w.data)
		}
	}
	if n := len(readTNEF(tnefStream(bytes.Repeat(tnefFileAttributes("a", []byte("b")), 50)), 7).files); n != 7 {
		t.Errorf("%d files over a limit of 7", n)
	}
}

// Cut anywhere, a stream gives whole files or files it calls damaged.
func TestTNEFCutAnywhereNeverPassesHalfAFile(t *testing.T) {
	whole := tnefStream(tnefFileAttributes("周报.xlsx", workbook))
	for k := range whole {
		opened := readTNEF(whole[:k], 10)
		for _, f := range opened.files {
			if len(f.data) > 0 && !f.damaged && !bytes.Equal(f.data, workbook) {
				t.Fatalf("cut at %d: %d of %d bytes pass for the whole", k, len(f.data), len(workbook))
			}
		}
	}
}
