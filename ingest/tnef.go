package ingest

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// tnefSignature begins every TNEF stream, in little-endian order.
const tnefSignature = 0x223E9F78

// The attributes of a TNEF stream that matter here ([MS-OXTNEF] 2.1.3.3).
const (
	tnefBody        = 0x0002800C
	tnefProps       = 0x00069003
	tnefCodepage    = 0x00069007
	tnefAttachStart = 0x00069002 // begins each attachment
	tnefAttachTitle = 0x00018010
	tnefAttachData  = 0x0006800F
	tnefAttachProps = 0x00069005
)

// The MAPI properties that matter here.
const (
	propBody         = 0x1000
	propAttachData   = 0x3701
	propAttachName   = 0x3704
	propAttachLong   = 0x3707
	maxTNEFDepth     = 3
	maxTNEFProps     = 2000
	tnefMessageLevel = 1
)

// tnefFile is one file in a TNEF stream.
type tnefFile struct {
	name    string
	data    []byte // shares the stream's memory
	damaged bool
}

// tnefOpened is what a TNEF stream holds.
type tnefOpened struct {
	files   []tnefFile
	body    string
	damaged bool // the stream ends too early or is not one
}

// readTNEF opens a winmail.dat, in which Outlook hides the attachments of a "rich text" mail.
// It takes at most maxFiles files, messages inside it included, and keeps what it found before
// any damage.
func readTNEF(data []byte, maxFiles int) tnefOpened {
	r := tnefReader{max: maxFiles, codepage: "gb18030"}
	r.stream(data, 0)
	return r.out
}

type tnefReader struct {
	out      tnefOpened
	max      int
	codepage string
}

// stream reads one TNEF stream; depth counts messages attached inside messages.
func (r *tnefReader) stream(data []byte, depth int) {
	if len(data) < 6 || binary.LittleEndian.Uint32(data) != tnefSignature || depth > maxTNEFDepth {
		r.out.damaged = true
		return
	}
	data = data[6:]
	var file *tnefFile // the attachment being read
	keep := func() {
		if file != nil && (file.data != nil || file.name != "") && len(r.out.files) < r.max {
			r.out.files = append(r.out.files, *file)
		}
		file = nil
	}
	defer func() { keep() }()
	for len(data) > 0 {
		if len(data) < 9 {
			r.out.damaged = true
			return
		}
		level, id, size := data[0], binary.LittleEndian.Uint32(data[1:]), binary.LittleEndian.Uint32(data[5:])
		data = data[9:]
		var body []byte
		cut := int64(size)+2 > int64(len(data))
		if cut {
			r.out.damaged = true
			body, data = data[:min(int64(size), int64(len(data)))], nil
		} else {
			body, data = data[:size], data[size+2:]
		}
		if level == tnefMessageLevel {
			r.messageAttribute(id, body, depth)
			continue
		}
		if id == tnefAttachStart || file == nil {
			keep()
			file = &tnefFile{}
		}
		r.attachAttribute(file, id, body, depth)
		file.damaged = file.damaged || cut
	}
}

func (r *tnefReader) messageAttribute(id uint32, body []byte, depth int) {
	switch id {
	case tnefCodepage:
		if len(body) >= 4 {
			r.codepage = codepageLabel(binary.LittleEndian.Uint32(body))
		}
	case tnefBody:
		if depth == 0 && r.out.body == "" {
			r.out.body = r.text(body)
		}
	case tnefProps:
		r.properties(body, func(prop uint16, value []byte, unicode bool) {
			if prop == propBody && depth == 0 && r.out.body == "" {
				r.out.body = r.propText(value, unicode)
			}
		})
	}
}

func (r *tnefReader) attachAttribute(file *tnefFile, id uint32, body []byte, depth int) {
	switch id {
	case tnefAttachTitle:
		if file.name == "" {
			file.name = r.text(body)
		}
	case tnefAttachData:
		file.data = body
	case tnefAttachProps:
		r.properties(body, func(prop uint16, value []byte, unicode bool) {
			switch prop {
			case propAttachLong:
				file.name = r.propText(value, unicode)
			case propAttachName:
				if file.name == "" {
					file.name = r.propText(value, unicode)
				}
			case propAttachData:
				r.attachObject(file, value, depth)
			}
		})
	}
}

// attachObject reads an attachment given as an object: behind a 16-byte interface id stands a
// TNEF stream of its own (a message) or the bytes of an OLE file.
func (r *tnefReader) attachObject(file *tnefFile, value []byte, depth int) {
	if len(value) < 16 {
		return
	}
	value = value[16:]
	if len(value) >= 4 && binary.LittleEndian.Uint32(value) == tnefSignature {
		r.stream(value, depth+1)
		return
	}
	if file.data == nil {
		file.data = value
	}
}

// properties walks a MAPI property list and calls use for every value of variable length.
func (r *tnefReader) properties(b []byte, use func(prop uint16, value []byte, unicode bool)) {
	c := tnefCursor{b: b}
	count := c.uint32()
	for range min(count, maxTNEFProps) {
		kind, prop := c.uint16(), c.uint16()
		if prop >= 0x8000 { // a named property: GUID, then a number or a name
			c.take(16)
			if c.uint32() == 0 {
				c.take(4)
			} else {
				c.take(padded(c.uint32()))
			}
		}
		values := uint32(1)
		variable := isVariable(kind &^ 0x1000)
		if variable || kind&0x1000 != 0 {
			values = c.uint32()
		}
		for range min(values, maxTNEFProps) {
			if !variable {
				c.take(fixedSize(kind &^ 0x1000))
				continue
			}
			size := c.uint32()
			whole := c.take(padded(size))
			if c.short {
				break
			}
			use(prop, whole[:size], kind&^0x1000 == 0x1F)
		}
		if c.short {
			r.out.damaged = true
			return
		}
	}
}

func isVariable(kind uint16) bool {
	switch kind {
	case 0x0D, 0x1E, 0x1F, 0x102:
		return true
	}
	return false
}

func fixedSize(kind uint16) uint64 {
	switch kind {
	case 0x05, 0x06, 0x07, 0x14, 0x40:
		return 8
	case 0x48:
		return 16
	}
	return 4
}

func padded(n uint32) uint64 { return (uint64(n) + 3) &^ 3 }

// tnefCursor takes values off a byte slice and remembers when it ran short.
type tnefCursor struct {
	b     []byte
	short bool
}

func (c *tnefCursor) take(n uint64) []byte {
	if n > uint64(len(c.b)) {
		c.b, c.short = nil, true
		return nil
	}
	head := c.b[:n]
	c.b = c.b[n:]
	return head
}

func (c *tnefCursor) uint16() uint16 {
	if b := c.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *tnefCursor) uint32() uint32 {
	if b := c.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// text decodes an 8-bit string of the stream.
func (r *tnefReader) text(b []byte) string {
	return strings.TrimRight(decodeCharset(r.codepage, b), "\x00")
}

func (r *tnefReader) propText(b []byte, unicode bool) string {
	if !unicode {
		return r.text(b)
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}

// codepageLabel names a Windows code page; a western one says nothing in a Chinese office.
func codepageLabel(page uint32) string {
	switch page {
	case 950:
		return "big5"
	case 65001:
		return "utf-8"
	}
	return "gb18030"
}
