package ingest

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"testing"

	"duban/state"
)

// What is passed on with an answer is bounded in number and size; what goes beyond is named.
func TestEnclosuresAreBounded(t *testing.T) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	put := func(name string, data []byte) {
		p, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {"application/octet-stream"}, "Content-Disposition": {fmt.Sprintf("attachment; filename=%q", name)}})
		if err == nil {
			_, err = p.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put("a/b.pdf", []byte("%PDF-1"))
	put("a/b.pdf", []byte("%PDF-1")) // attached twice
	put("huge.pdf", append([]byte("%PDF-1"), make([]byte, largestPassed)...))
	put("run.exe", []byte("MZ"))
	for i := range mostPassed {
		put(fmt.Sprintf("%d.pdf", i), []byte("%PDF-2"))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	raw := append([]byte("From: a@lanchuan.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="+w.Boundary()+"\r\n\r\n"), body.Bytes()...)
	o, err := Open(Job{Data: raw, Enclosed: true}, &state.Form{})
	if err != nil {
		t.Fatal(err)
	}
	bytesOf := map[string]string{}
	for _, f := range o.Files {
		bytesOf[f.Sum] = string(f.Data)
	}
	passed, large := 0, ""
	for i, e := range o.Enclosures {
		switch {
		case e.Sum != "":
			passed++
			if i == 0 && (e.Name != "b.pdf" || e.Media != "application/pdf" || bytesOf[e.Sum] != "%PDF-1") {
				t.Errorf("the first: %+v %q", e, bytesOf[e.Sum])
			}
		case e.Large:
			large += e.Name + " "
		case e.Name != "run.exe":
			t.Errorf("%s is held", e.Name)
		}
	}
	if passed != mostPassed || large != "huge.pdf 9.pdf " || len(o.Enclosures) != mostPassed+3 {
		t.Errorf("%d passed on, too much: %s, of %d", passed, large, len(o.Enclosures))
	}
}
