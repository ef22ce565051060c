package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"duban/cmd/duban/internal/demo"
)

// splitStory cuts a txtar file into its head and the files it holds.
func splitStory(text string) (head string, files map[string]string) {
	files = map[string]string{}
	name := ""
	var body strings.Builder
	put := func() {
		if name == "" {
			head = body.String()
		} else {
			files[name] = body.String()
		}
		body.Reset()
	}
	for line := range strings.Lines(text) {
		if inner, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok && strings.HasSuffix(inner, " --") {
			put()
			name = strings.TrimSuffix(inner, " --")
			continue
		}
		body.WriteString(line)
	}
	put()
	return head, files
}

// district's mails by name, read once.
var demoMails = sync.OnceValues(func() (map[string][]byte, error) {
	all := map[string][]byte{}
	for _, w := range []string{"2026-W38", "2026-W39"} {
		mails, err := demo.Mails(w)
		if err != nil {
			return nil, err
		}
		for _, m := range mails {
			all[m.File] = m.Raw
		}
	}
	return all, nil
})

// demoMail is one of the district's mails; nil when it has none of that name.
func demoMail(t *testing.T, name string) []byte {
	t.Helper()
	all, err := demoMails()
	if err != nil {
		t.Fatal(err)
	}
	return all[name]
}

// compose makes a mail of a file of the story: header lines, an empty line, the text. An
// Attach line names a mail of the district, whose attachment is taken, or a file of the
// story, and what is done to it:
//
//	Attach: W38-D05-1.eml | name 周报.xlsx | set 在建项目!H6 4420 | keep 在建项目 | lock 1234 | cut 3000
//	Attach: inner | mail      the mail the file is, forwarded as a whole
func (s *story) compose(name, text string, at time.Time) []byte {
	s.t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(text))
	if err != nil {
		s.t.Fatalf("%s: %s: %v", s.file, name, err)
	}
	set := func(key, value string) {
		if m.Header.Get(key) == "" {
			m.Header[key] = []string{value}
		}
	}
	set("To", "zdxmb@lanchuan.example")
	set("Date", at.Format(time.RFC1123Z))
	set("Message-Id", "<"+name+"@story.example>")
	body, err := io.ReadAll(m.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	var out bytes.Buffer
	parts := multipart.NewWriter(&out)
	for _, key := range sortedKeys(m.Header) {
		for _, v := range m.Header[key] {
			if key != "Attach" {
				fmt.Fprintf(&out, "%s: %s\r\n", key, headerWords(key, v))
			}
		}
	}
	if err := parts.SetBoundary("----story-" + name); err != nil {
		s.t.Fatal(err)
	}
	fmt.Fprintf(&out, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%q\r\n\r\n", parts.Boundary())
	put := func(kind, disposition string, data []byte) {
		w, err := parts.CreatePart(map[string][]string{"Content-Type": {kind}, "Content-Disposition": {disposition}, "Content-Transfer-Encoding": {"base64"}})
		if err != nil {
			s.t.Fatal(err)
		}
		encoded := base64.StdEncoding.EncodeToString(data)
		for len(encoded) > 0 {
			n := min(76, len(encoded))
			fmt.Fprintf(w, "%s\r\n", encoded[:n])
			encoded = encoded[n:]
		}
	}
	put("text/plain; charset=utf-8", "inline", body)
	for _, line := range m.Header["Attach"] {
		file, data := s.attachment(line)
		put("application/octet-stream", fmt.Sprintf("attachment; filename=%q", mime.BEncoding.Encode("utf-8", file)), data)
	}
	if err := parts.Close(); err != nil {
		s.t.Fatal(err)
	}
	return out.Bytes()
}

func sortedKeys(h mail.Header) []string {
	var keys []string
	for k := range h {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// headerWords encodes a header's Chinese words as a mail program does.
func headerWords(key, value string) string {
	if key != "From" {
		return mime.BEncoding.Encode("utf-8", value)
	}
	if a, err := mail.ParseAddress(value); err == nil {
		return a.String()
	}
	return value
}

// attachment is the file an Attach line stands for.
func (s *story) attachment(line string) (name string, data []byte) {
	s.t.Helper()
	steps := strings.Split(line, "|")
	source := strings.TrimSpace(steps[0])
	if raw := demoMail(s.t, source); raw != nil {
		for _, p := range leaves(s.t, raw) {
			if p.name != "" {
				name, data = p.name, p.data
			}
		}
	} else {
		text, there := s.parts[source]
		if !there {
			s.t.Fatalf("%s: nothing to attach called %s", s.file, source)
		}
		name, data = source, []byte(text)
	}
	done := source
	for _, step := range steps[1:] {
		word, rest, _ := strings.Cut(strings.TrimSpace(step), " ")
		if word != "name" {
			done += "|" + step
		}
		switch word {
		case "name":
			name = rest
		case "cut":
			n, err := strconv.Atoi(rest)
			if err != nil || n > len(data) {
				s.t.Fatalf("%s: cut %s of %d bytes", s.file, rest, len(data))
			}
			data = data[:n]
		case "seal": // as software does that encrypts whatever leaves the office
			data = bytes.Clone(data)
			for i := range data {
				data[i] ^= 0xA5
			}
		case "mail":
			name, data = source+".eml", s.compose(source, string(data), s.wall())
		case "set", "keep", "lock", "hide", "insert", "formula", "merge":
			if s.made[done] == nil { // saved twice, a workbook need not have the same bytes
				s.made[done] = edited(s.t, data, word, rest)
			}
			data = s.made[done]
		default:
			s.t.Fatalf("%s: %q is nothing to do to an attachment", s.file, word)
		}
	}
	return name, data
}

// edited changes a workbook as a clerk would: "set 在建项目!H6 4420" types into a cell, "keep
// 在建项目" deletes the other sheets, "lock 1234" sets a password, "hide 在建项目 旧表" leaves a
// hidden copy of a sheet, "insert 在建项目!C 标段" a column more, "merge 在建项目!A4:A5" merged cells,
// "formula 在建项目!G4 [台账.xlsx]表!B2" a reference beside the value a cell shows.
func edited(t *testing.T, data []byte, word, rest string) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var opts []excelize.Options
	switch word {
	case "lock":
		opts = append(opts, excelize.Options{Password: rest})
	case "keep":
		for _, sheet := range f.GetSheetList() {
			if sheet != rest {
				err = errors.Join(err, f.DeleteSheet(sheet))
			}
		}
	case "hide":
		err = hiddenCopy(f, rest)
	case "insert", "formula", "merge":
		place, value, _ := strings.Cut(rest, " ")
		sheet, cell, _ := strings.Cut(place, "!")
		switch from, to, _ := strings.Cut(cell, ":"); word {
		case "insert":
			err = errors.Join(f.InsertCols(sheet, cell, 1), f.SetCellValue(sheet, cell+"3", value), f.SetCellValue(sheet, cell+"4", "一标"))
		case "formula":
			err = f.SetCellFormula(sheet, cell, value)
		default:
			err = f.MergeCell(sheet, from, to)
		}
	default:
		place, value, _ := strings.Cut(rest, " ")
		sheet, cell, _ := strings.Cut(place, "!")
		var typed any = value
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			typed = n
		}
		err = f.SetCellValue(sheet, cell, typed)
	}
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out, opts...); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// hiddenCopy adds a hidden sheet that holds what another one does.
func hiddenCopy(f *excelize.File, names string) error {
	from, to, _ := strings.Cut(names, " ")
	source, err := f.GetSheetIndex(from)
	if err != nil {
		return err
	}
	copied, err := f.NewSheet(to)
	if err != nil {
		return err
	}
	return errors.Join(f.CopySheet(source, copied), f.SetSheetVisible(to, false))
}

// leaf is a part of a mail that holds no parts.
type leaf struct {
	kind, name string
	data       []byte
}

// leaves reads the parts of a well-formed mail.
func leaves(t *testing.T, raw []byte) []leaf {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return leavesOf(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Header.Get("Content-Disposition"), m.Body)
}

func leavesOf(t *testing.T, contentType, encoding, disposition string, body io.Reader) []leaf {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatalf("%s: %v", contentType, err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		var out []leaf
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return out
			}
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, leavesOf(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p)...)
		}
	}
	switch strings.ToLower(encoding) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	data, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	name := params["name"]
	if _, p, err := mime.ParseMediaType(disposition); err == nil && p["filename"] != "" {
		name = p["filename"]
	}
	if plain, err := chineseWords.DecodeHeader(name); err == nil {
		name = plain
	}
	return []leaf{{kind, name, data}}
}

// chineseWords reads encoded words as Chinese mail programs write them.
var chineseWords = mime.WordDecoder{CharsetReader: func(_ string, r io.Reader) (io.Reader, error) {
	return simplifiedchinese.GB18030.NewDecoder().Reader(r), nil
}}

// letterRead is one of our letters as its reader sees it.
type letterRead struct {
	key, subject string
	to           []string
	header       mail.Header
	text, html   string
	files        []string
	books        map[string][]byte // the files by name
}

// bookHolds tells whether a cell of a workbook says a text.
func bookHolds(t *testing.T, data []byte, text string) bool {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Errorf("open workbook: %v", err)
		return false
	}
	defer f.Close()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Error(err)
		}
		for _, row := range rows {
			if strings.Contains(strings.Join(row, "\x00"), text) {
				return true
			}
		}
	}
	return false
}

func readLetter(t *testing.T, sent demo.Sent) letterRead {
	t.Helper()
	h := header(t, sent.Raw)
	subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	l := letterRead{key: h.Get("X-Duban-Key"), subject: subject, to: slices.Clone(sent.To), header: h, books: map[string][]byte{}}
	for _, p := range leaves(t, sent.Raw) {
		switch {
		case p.name != "":
			l.files = append(l.files, p.name)
			l.books[p.name] = p.data
		case p.kind == "text/plain":
			l.text = strings.ReplaceAll(string(p.data), "\r\n", "\n")
		case p.kind == "text/html":
			l.html = string(p.data)
		}
	}
	return l
}

// unkind are words no letter of the office uses, and traces of a template that failed.
var unkind = []string{"非法", "无效", "校验失败", "系统错误", "<no value>", "%!", "{{", "<nil>", "map["}

// lawful checks what holds for every letter: it is marked as automatic, both as text and as
// HTML, its subject ends with a token, and it is worded kindly.
func lawful(t *testing.T, l letterRead) {
	t.Helper()
	if l.header.Get("Auto-Submitted") != "auto-generated" || l.header.Get("X-Auto-Response-Suppress") != "All" {
		t.Errorf("%s is not marked as automatic", l.key)
	}
	if l.header.Get("X-Duban-Kind") == "" || l.header.Get("Message-Id") == "" {
		t.Errorf("%s: headers %v", l.key, l.header)
	}
	if l.text == "" || l.html == "" {
		t.Errorf("%s is not both text and HTML", l.key)
	}
	if !strings.HasSuffix(l.subject, "]") || !strings.Contains(l.subject, " [") {
		t.Errorf("%s: the subject %q does not end with a token", l.key, l.subject)
	}
	for _, w := range unkind {
		if strings.Contains(l.subject+l.text+l.html, w) {
			t.Errorf("%s says %q:\n%s", l.key, w, l.text)
		}
	}
}
