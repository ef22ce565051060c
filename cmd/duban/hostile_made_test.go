package main

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"duban/cmd/duban/internal/demo"
	"duban/ingest"
)

// hostile is a file or mail made to break its reader.
type hostile struct {
	name string
	file string // the name of a bare file; "" for a mail
	make func(t *testing.T) []byte
}

// hostiles are the threats of files and mails that lie about what they are or inflate into
// more than any reader can hold.
var hostiles = []hostile{
	{"a sheet of 100 MB of blanks", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/worksheets/sheet1.xml": cat(sheetHead, times(100<<20, " "), sheetFoot)})
	}},
	{"a million rows", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/worksheets/sheet1.xml": cat(sheetHead, times(1<<20, `<row><c><v>1</v></c></row>`), sheetFoot)})
	}},
	{"a row of ten million cells", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/worksheets/sheet1.xml": cat(sheetHead, text("<row>"), times(10_000_000, `<c/>`), text("</row>"), sheetFoot)})
	}},
	{"a cell at XFD1048576 and a dimension of the whole sheet", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/worksheets/sheet1.xml": text(`<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>`)})
	}},
	{"merges over the whole sheet", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/worksheets/sheet1.xml": cat(sheetHead, text(`<row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>`),
			times(100_000, `<mergeCell ref="A1:XFD1048576"/>`), text("</mergeCells></worksheet>"))})
	}},
	{"a million nested rows", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/worksheets/sheet1.xml": cat(sheetHead, times(1_000_000, "<row>"), times(1_000_000, "</row>"), sheetFoot)})
	}},
	{"a million nested runs in the shared strings", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/sharedStrings.xml": cat(text("<sst>"), times(1_000_000, "<si>"), times(1_000_000, "</si>"), text("</sst>"))})
	}},
	{"ten million shared strings", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/sharedStrings.xml": cat(text("<sst>"), times(10_000_000, "<si><t>a</t></si>"), text("</sst>"))})
	}},
	{"one shared string of 100 MB", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/sharedStrings.xml": cat(text("<sst><si><t>"), times(100<<20, "a"), text("</t></si></sst>"))})
	}},
	{"a million rows of one long shared string", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{
			"xl/sharedStrings.xml":     cat(text("<sst><si><t>"), times(30_000, "长"), text("</t></si></sst>")),
			"xl/worksheets/sheet1.xml": cat(sheetHead, times(60_000, `<row><c t="s"><v>0</v></c></row>`), sheetFoot),
		})
	}},
	{"billion laughs", "a.xlsx", func(t *testing.T) []byte {
		var b strings.Builder
		b.WriteString(`<!DOCTYPE sst [<!ENTITY l0 "lol">`)
		for i := 1; i < 10; i++ {
			fmt.Fprintf(&b, `<!ENTITY l%d "%s">`, i, strings.Repeat(fmt.Sprintf("&l%d;", i-1), 10))
		}
		b.WriteString(`]><sst><si><t>&l9;</t></si></sst>`)
		return workbook(t, entries{"xl/sharedStrings.xml": text(b.String())})
	}},
	{"an external entity", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/sharedStrings.xml": text(`<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>`)})
	}},
	{"a tag with a million attributes", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/worksheets/sheet1.xml": cat(text("<worksheet "), times(1_000_000, `a="b" `), text("><sheetData/></worksheet>"))})
	}},
	{"fifty thousand sheets", "a.xlsx", func(t *testing.T) []byte {
		return workbook(t, entries{"xl/workbook.xml": cat(text("<workbook><sheets>"), times(50_000, `<sheet name="周报" sheetId="1" r:id="rId1"/>`), text("</sheets></workbook>"))})
	}},
	{"a hundred thousand entries", "a.xlsx", func(t *testing.T) []byte {
		more := entries{}
		for i := range 100_000 / bombScale {
			more[fmt.Sprintf("xl/media/%d.png", i)] = text("")
		}
		return workbook(t, more)
	}},
	{"a size that says 10 bytes over 100 MB", "a.xlsx", func(t *testing.T) []byte {
		return lying(workbook(t, entries{"xl/worksheets/sheet1.xml": cat(sheetHead, times(100<<20, " "), sheetFoot)}), 10)
	}},
	{"a size that says 4 GB over nothing", "a.xlsx", func(t *testing.T) []byte {
		return lying(workbook(t, nil), 0xfffffff0)
	}},
	{"a zip in a zip, sixty deep", "a.zip", func(t *testing.T) []byte {
		data := workbook(t, nil)
		for range 60 {
			data = zipped(t, entries{"周报.zip": text(string(data))})
		}
		return data
	}},
	{"a zip of ten zips of ten zips, six times", "a.zip", func(t *testing.T) []byte {
		data := workbook(t, nil)
		for range 6 {
			inside := entries{}
			for i := range 10 {
				inside[fmt.Sprintf("%d.zip", i)] = text(string(data))
			}
			data = zipped(t, inside)
		}
		return data
	}},
	{"a zip of 300 MB of zeros", "a.zip", func(t *testing.T) []byte {
		return zipped(t, entries{"周报.xlsx": times(300<<20, "\x00")})
	}},
	{"a table of ten million commas", "a.csv", func(*testing.T) []byte { return bytes.Repeat([]byte(","), 10_000_000) }},
	{"a quote that never closes", "a.csv", func(*testing.T) []byte {
		return append([]byte(`项目名称,"`), bytes.Repeat([]byte("a\n"), 10_000_000)...)
	}},
	{"a million nested tables", "a.xls", func(*testing.T) []byte {
		return append([]byte("<html><table>"), bytes.Repeat([]byte("<tr><td><table>"), 1_000_000)...)
	}},
	{"a cell that spans the sheet", "a.xls", func(*testing.T) []byte {
		return []byte(`<html><table>` + strings.Repeat(`<tr><td rowspan="1048576" colspan="16384">1</td></tr>`, 1000) + `</table></html>`)
	}},
	{"a compound file that leads round in circles", "a.xls", func(*testing.T) []byte { return circles() }},
	{"a hundred thousand parts", "", func(*testing.T) []byte {
		return []byte(mailHead + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", 100_000) + "--b--\r\n")
	}},
	{"multipart in multipart, ten thousand deep", "", func(*testing.T) []byte {
		var b strings.Builder
		b.WriteString(mailHead)
		for i := range 10_000 {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
		}
		return []byte(b.String())
	}},
	{"mail in mail, two thousand deep", "", func(*testing.T) []byte {
		return []byte(strings.Repeat(mailHead+"Content-Type: message/rfc822\r\n\r\n", 2000))
	}},
	{"a header line of 10 MB", "", func(*testing.T) []byte {
		return []byte(mailHead + "X-Long: " + strings.Repeat("a", 10<<20) + "\r\n\r\nx")
	}},
	{"half a million header lines", "", func(*testing.T) []byte {
		return []byte(mailHead + strings.Repeat("Received: from a by b\r\n", 500_000) + "\r\nx")
	}},
	{"a subject of a hundred thousand encoded words", "", func(*testing.T) []byte {
		return []byte("From: a@b.example\r\nSubject:" + strings.Repeat("\r\n =?gb18030?B?1ty1qA==?=", 100_000) + "\r\n\r\nx")
	}},
	{"a name in a hundred thousand pieces", "", func(*testing.T) []byte {
		var b strings.Builder
		b.WriteString(mailHead + "Content-Type: application/octet-stream")
		for i := range 100_000 {
			fmt.Fprintf(&b, ";\r\n name*%d*=%%41", i)
		}
		return []byte(b.String() + "\r\n\r\nx")
	}},
	{"a hundred thousand senders", "", func(*testing.T) []byte {
		return []byte("From: " + strings.Repeat("a@b.example,\r\n ", 100_000) + "c@d.example\r\nSubject: x\r\n\r\nx")
	}},
	{"a mail as large as is fetched", "", func(*testing.T) []byte {
		return attached("周报.xlsx", bytes.Repeat([]byte("PK\x03\x04"), 29<<18))
	}},
	{"a mail of 45 MB", "", func(*testing.T) []byte { return append([]byte(mailHead+"\r\n"), bytes.Repeat([]byte("a"), 45<<20)...) }},
	{"a body of a million nested tags", "", func(*testing.T) []byte {
		return []byte(mailHead + "Content-Type: text/html\r\n\r\n" + strings.Repeat("<div>", 1_000_000))
	}},
	{"a winmail.dat that lies about its lengths", "", func(*testing.T) []byte {
		tnef := []byte{0x78, 0x9f, 0x3e, 0x22, 1, 0, 2, 0x90, 6, 0, 0xff, 0xff, 0xff, 0x7f}
		return attached("winmail.dat", append(tnef, bytes.Repeat([]byte{0xff}, 1<<20)...))
	}},
	{"a rar with a dictionary of 4 GB", "a.rar", func(*testing.T) []byte {
		return append([]byte("Rar!\x1a\x07\x01\x00"), bytes.Repeat([]byte{0xff, 0x7f}, 1000)...)
	}},
	{"a 7z whose header lies beyond its end", "a.7z", func(*testing.T) []byte {
		head := append([]byte("7z\xbc\xaf\x27\x1c\x00\x04\x00\x00\x00\x00"), bytes.Repeat([]byte{0xff}, 20)...)
		binary.LittleEndian.PutUint32(head[8:], crc32.ChecksumIEEE(head[12:]))
		return head
	}},
}

const (
	mailHead  = "From: a@b.example\r\nSubject: =?utf-8?B?5ZGo5oql?=\r\nMIME-Version: 1.0\r\n"
	sheetOpen = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
)

var (
	sheetHead = text(sheetOpen)
	sheetFoot = text(`</sheetData></worksheet>`)
)

// entries are those of a zip, each written by itself so that none need fit in memory.
type entries map[string]func(io.Writer) error

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func times(n int, s string) func(io.Writer) error {
	n /= bombScale
	return func(w io.Writer) error {
		block := []byte(strings.Repeat(s, min(n, 1<<16/len(s)+1)))
		for left := n * len(s); left > 0; {
			k, err := w.Write(block[:min(left, len(block))])
			if err != nil {
				return err
			}
			left -= k
		}
		return nil
	}
}

func cat(all ...func(io.Writer) error) func(io.Writer) error {
	return func(w io.Writer) error {
		for _, one := range all {
			if err := one(w); err != nil {
				return err
			}
		}
		return nil
	}
}

func zipped(t *testing.T, all entries) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, write := range all {
		w, err := z.Create(name)
		if err == nil {
			err = write(w)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// workbook is a small whole workbook with some parts replaced or added.
func workbook(t *testing.T, other entries) []byte {
	t.Helper()
	const rels, types = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`,
		"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	all := entries{
		"[Content_Types].xml": text(`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`),
		"_rels/.rels":         text(rels + `<Relationship Id="rId1" Type="` + types + `officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		"xl/_rels/workbook.xml.rels": text(rels + `<Relationship Id="rId1" Type="` + types + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + types + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`),
		"xl/workbook.xml":      text(`<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="x"><sheets><sheet name="周报" sheetId="1" r:id="rId1"/></sheets></workbook>`),
		"xl/sharedStrings.xml": text(`<sst><si><t>项目名称</t></si></sst>`),
		"xl/worksheets/sheet1.xml": text(sheetOpen + `<row r="1"><c r="A1" t="inlineStr"><is><t>项目名称</t></is></c><c r="B1" t="inlineStr"><is><t>本周完成投资</t></is></c></row>` +
			`<row r="2"><c r="A2" t="inlineStr"><is><t>文峰路北延道路工程</t></is></c><c r="B2"><v>120</v></c></row></sheetData></worksheet>`),
	}
	for name, write := range other {
		all[name] = write
	}
	return zipped(t, all)
}

// lying has every entry of a zip state another inflated size, in both places a reader looks.
func lying(data []byte, size uint32) []byte {
	for at := 0; at+4 <= len(data); at++ {
		switch binary.LittleEndian.Uint32(data[at:]) {
		case 0x04034b50:
			binary.LittleEndian.PutUint32(data[at+22:], size)
		case 0x02014b50:
			binary.LittleEndian.PutUint32(data[at+24:], size)
		case 0x08074b50:
			binary.LittleEndian.PutUint32(data[at+12:], size)
		}
	}
	return data
}

// circles is a compound file whose every sector names itself as the next one.
func circles() []byte {
	data := make([]byte, 64*512)
	copy(data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	put := binary.LittleEndian.PutUint16
	put(data[24:], 0x3e)
	put(data[26:], 3)
	put(data[28:], 0xfffe)
	put(data[30:], 9)
	put(data[32:], 6)
	binary.LittleEndian.PutUint32(data[44:], 1)
	binary.LittleEndian.PutUint32(data[48:], 1)
	for at := 512; at < len(data); at += 4 {
		binary.LittleEndian.PutUint32(data[at:], uint32(at-512)/512)
	}
	return data
}

// attached is a mail with one file.
func attached(name string, data []byte) []byte {
	return []byte(mailHead + "Content-Type: application/octet-stream; name=\"" + name + "\"\r\nContent-Disposition: attachment; filename=\"" + name +
		"\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(data) + "\r\n")
}

// mutants are n damaged copies of the district's mails and of the workbooks in them: bits
// flipped, stretches cut out, doubled or overwritten.
func mutants(t *testing.T, n int) []ingest.Job {
	t.Helper()
	chance := rand.New(rand.NewPCG(38, 20260918)) // any mutant that fails is found again
	var seeds []ingest.Job
	for _, name := range []string{"2026-W38", "2026-W39"} {
		mails, err := demo.Mails(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range mails {
			seeds = append(seeds, ingest.Job{Data: m.Raw, Year: 2026})
			parsed, err := ingest.ParseMessage(m.Raw, ingest.MessageLimits{})
			if err != nil {
				continue // a mail beyond the limits gives no workbook to damage
			}
			for _, a := range parsed.Attachments {
				seeds = append(seeds, ingest.Job{Data: a.Data, Name: "附件", Year: 2026})
			}
		}
	}
	jobs := make([]ingest.Job, n)
	for i := range jobs {
		job := seeds[chance.IntN(len(seeds))]
		job.Data = mutated(chance, job.Data)
		jobs[i] = job
	}
	return jobs
}

func mutated(chance *rand.Rand, data []byte) []byte {
	out := bytes.Clone(data)
	for range 1 + chance.IntN(8) {
		if len(out) < 2 {
			break
		}
		at := chance.IntN(len(out))
		run := min(1+chance.IntN(1+len(out)/8), len(out)-at)
		switch chance.IntN(5) {
		case 0:
			out[at] ^= 1 << chance.IntN(8)
		case 1:
			out = append(out[:at:at], out[at+run:]...)
		case 2:
			out = append(out[:at+run:at+run], out[at:]...)
		case 3:
			for i := range run {
				out[at+i] = byte(chance.Uint32())
			}
		default:
			out = out[:at+1]
		}
	}
	return out
}
