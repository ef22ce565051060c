package cases

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"time"

	"duban/state"
)

// boundary parts the mail; nothing base64 prints can hold it.
const boundary = "----duban-case"

// Mail is the report as a mail program sends it.
func (r *Report) Mail() ([]byte, error) {
	var out bytes.Buffer
	sent := r.Sent
	if sent.IsZero() {
		sent = r.Received
	}
	fmt.Fprintf(&out, "From: %s\r\nTo: zdxmb@lanchuan.example\r\nDate: %s\r\nMessage-ID: <%s@case.example>\r\nMIME-Version: 1.0\r\n",
		r.From, sent.Format(time.RFC1123Z), r.Received.Format("20060102150405"))
	fmt.Fprintf(&out, "Subject: %s\r\n", mime.BEncoding.Encode("utf-8", r.Subject))
	for _, line := range r.Fields {
		fmt.Fprintf(&out, "%s\r\n", line)
	}
	fmt.Fprintf(&out, "Content-Type: multipart/mixed; boundary=%q\r\n\r\n", boundary)
	put := func(kind, disposition string, data []byte) {
		fmt.Fprintf(&out, "--%s\r\nContent-Type: %s\r\nContent-Disposition: %s\r\nContent-Transfer-Encoding: base64\r\n\r\n", boundary, kind, disposition)
		text := base64.StdEncoding.EncodeToString(data)
		for len(text) > 76 {
			fmt.Fprintf(&out, "%s\r\n", text[:76])
			text = text[76:]
		}
		fmt.Fprintf(&out, "%s\r\n", text)
	}
	put("text/plain; charset=utf-8", "inline", []byte(r.Text))
	files := r.Files
	if r.BookName != "" {
		book, err := r.Workbook()
		if err != nil {
			return nil, err
		}
		files = append([]File{{Name: r.BookName, Data: book}}, files...)
	}
	for _, f := range files {
		put("application/octet-stream", fmt.Sprintf("attachment; filename=%q", mime.BEncoding.Encode("utf-8", f.Name)), f.Data)
	}
	fmt.Fprintf(&out, "--%s--\r\n", boundary)
	return out.Bytes(), nil
}

// Opened puts the case's word for what the bytes cannot say in place of what was read: how a
// file is refused is the reader's own matter and tested there.
func (r *Report) Opened(books []state.Book) []state.Book {
	for i := range books {
		for _, f := range r.Files {
			if f.Refused != "" && books[i].Name == f.Name {
				books[i] = state.Book{Name: f.Name, Refused: f.Refused}
			}
		}
		if books[i].Name == r.BookName {
			if r.Refused != "" {
				books[i] = state.Book{Name: r.BookName, Refused: r.Refused}
			}
			books[i].Way = r.Way
		}
	}
	return books
}
