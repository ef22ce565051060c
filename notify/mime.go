package notify

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Bounds of one letter.
const (
	maxLetter = 30 << 20 // bytes, attachments encoded; larger is refused by most servers
	maxName   = 60       // runes of a file name: both encodings of it then fit a line of 998 bytes
	maxLine   = 998      // bytes of a line without its CRLF (RFC 5322 2.1.1)
)

// Render turns a draft into the bytes that go out: text and HTML as alternatives, then the
// files. Everything is base64, so no line is too long and nothing is 8-bit. The same draft
// and date give the same mail but for the boundaries, which are random; the bytes are
// therefore rendered once and stored with the intent to send them.
func Render(d Draft, from Office, date time.Time) ([]byte, error) {
	m := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	if err := address(m, d, from); err != nil {
		return nil, fmt.Errorf("render %s: %w", d.Key, err)
	}
	// Header names are ours alone and no preformatted header is used: go-mail keeps line
	// breaks out of values, not out of names or preformatted headers.
	m.Subject(oneLine(d.Subject))
	m.SetMessageIDWithValue(d.MessageID)
	m.SetDateWithValue(date)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetGenHeader("X-Duban-Kind", string(d.Kind))
	m.SetGenHeader("X-Duban-Key", oneLine(d.Key))
	thread(m, d)
	m.SetBodyString(gomail.TypeTextPlain, crlf(d.Text))
	m.AddAlternativeString(gomail.TypeTextHTML, crlf(d.HTML))
	for _, f := range d.Files {
		m.AttachReadSeeker(f.Name, bytes.NewReader(f.Data), labelled(f))
	}
	var out bytes.Buffer
	if _, err := m.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("render %s: %w", d.Key, err)
	}
	if !bytes.HasSuffix(out.Bytes(), []byte("\r\n")) {
		out.WriteString("\r\n")
	}
	if err := wireable(out.Bytes()); err != nil {
		return nil, fmt.Errorf("render %s: %w", d.Key, err)
	}
	return out.Bytes(), nil
}

// address writes From, To and Cc.
func address(m *gomail.Msg, d Draft, from Office) error {
	if !plainAddress(from.Mail) {
		return fmt.Errorf("the office's address %q is no mail address", from.Mail)
	}
	if err := m.FromFormat(oneLine(from.Name), from.Mail); err != nil {
		return fmt.Errorf("sender: %w", err)
	}
	if len(d.Deliveries) == 0 {
		return errors.New("the letter has no recipient")
	}
	for _, to := range d.Deliveries {
		if !plainAddress(to.To) {
			return fmt.Errorf("recipient %q is no mail address", to.To)
		}
		add := m.AddTo
		if to.Copy {
			add = m.AddCc
		}
		if err := add(to.To); err != nil {
			return fmt.Errorf("recipient: %w", err)
		}
	}
	return nil
}

// thread writes In-Reply-To and References. Their ids come from foreign mail: what is not
// plainly one is left out.
func thread(m *gomail.Msg, d Draft) {
	if id := threadID(d.InReplyTo); id != "" {
		m.SetGenHeader(gomail.HeaderInReplyTo, id)
	}
	var refs []string
	for _, r := range d.References {
		if id := threadID(r); id != "" {
			refs = append(refs, id)
		}
	}
	if len(refs) > 0 {
		m.SetGenHeader(gomail.HeaderReferences, strings.Join(refs, " "))
	}
}

func threadID(id string) string {
	id = strings.Trim(strings.TrimSpace(id), "<>")
	if id == "" || len(id) > 250 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' }) {
		return ""
	}
	return "<" + id + ">"
}

// labelled names an attachment twice, as RFC 2047 words (Outlook, QQ, Foxmail, most web
// mailboxes) and as RFC 2231 (strict readers), which come second and win where both are known.
func labelled(f File) gomail.FileOption {
	name := fileName(f.Name)
	kind, _, err := mime.ParseMediaType(f.Type)
	if err != nil {
		kind = "application/octet-stream"
	}
	word := mime.BEncoding.Encode("UTF-8", name)
	extended := strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	return func(file *gomail.File) {
		file.Name = name
		file.Header.Set("Content-Type", fmt.Sprintf("%s;\r\n name=\"%s\"", kind, word))
		file.Header.Set("Content-Disposition", fmt.Sprintf("attachment;\r\n filename=\"%s\";\r\n filename*=UTF-8''%s", word, extended))
	}
}

// fileName makes a label safe to offer as a file name: no path, no control or direction
// signs, at most maxName runes, its extension kept.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	runes, ext := []rune(strings.TrimSpace(name)), []rune(path.Ext(name))
	if len(runes) > maxName && len(ext) < maxName/2 {
		runes = append(runes[:maxName-len(ext):maxName-len(ext)], ext...)
	}
	if len(runes) > maxName {
		runes = runes[:maxName]
	}
	if len(runes) == 0 {
		return "file"
	}
	return string(runes)
}

// oneLine is text as a header may hold it.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// crlf ends every line with CRLF, the canonical form of text before base64 (RFC 2045 6.8).
func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}

// wireable reports why raw cannot be sent exactly as it stands: SMTP carries lines of at
// most 998 ASCII bytes that end in CRLF, and a bare CR or LF is read differently by
// different servers (SMTP smuggling).
func wireable(raw []byte) error {
	if len(raw) > maxLetter {
		return fmt.Errorf("the letter has %d bytes, at most %d can be sent", len(raw), maxLetter)
	}
	if !bytes.HasSuffix(raw, []byte("\r\n")) {
		return errors.New("the letter does not end with a line break")
	}
	start := 0
	for i, c := range raw {
		switch {
		case c >= 0x80 || c == 0:
			return fmt.Errorf("byte %d of the letter is not plain ASCII", i)
		case c == '\n' && (i == 0 || raw[i-1] != '\r'), c == '\r' && (i+1 == len(raw) || raw[i+1] != '\n'):
			return fmt.Errorf("byte %d of the letter is half a line break", i)
		case c == '\n':
			start = i + 1
		case c != '\r' && i-start >= maxLine:
			return fmt.Errorf("a line of the letter is longer than %d bytes", maxLine)
		}
	}
	return nil
}
