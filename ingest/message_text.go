package ingest

import (
	"html"
	"strings"
	"unicode/utf8"
)

// bodyText decodes a text part for the body. Files that hide in it as uuencode are attached.
func (p *messageParser) bodyText(part partHead, data []byte, at place) string {
	if len(data) > p.limits.Text {
		data = data[:p.limits.Text]
		p.problem(MailTextCut)
	}
	data, files := takeUU(data, p.limits.Parts-p.parts)
	p.parts += len(files)
	for _, file := range files {
		p.attachUU(file, at)
	}
	text := decodeCharset(part.declared.params["charset"], data)
	if part.declared.params["format"] == "flowed" && part.media == "text/plain" {
		text = unflow(text, strings.EqualFold(part.declared.params["delsp"], "yes"))
	}
	if part.media == "text/html" || looksHTML(text) {
		plain, links := htmlText(text)
		p.addLinks(append(links, bareLinks(plain)...), plain)
		return plain
	}
	p.addLinks(bareLinks(text), text)
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// attachUU keeps a file that stood in the text.
func (p *messageParser) attachUU(file uuFile, at place) {
	at.cut = at.cut || file.cut
	at.path = strings.TrimPrefix(at.path+".uu", ".")
	p.attach(partHead{media: "application/octet-stream", name: file.name}, file.data, at)
}

// unflow joins the lines that a mailer broke only to send them (RFC 3676): those that end with
// a blank, within one depth of quotation. delsp says that the blank is the mailer's too.
func unflow(text string, delsp bool) string {
	var out strings.Builder
	open, depth := false, 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		inner := strings.TrimLeft(line, ">")
		marks := line[:len(line)-len(inner)]
		inner = strings.TrimPrefix(inner, " ") // stuffed
		joins := open && len(marks) == depth && inner != "-- "
		if !joins {
			if out.Len() > 0 {
				out.WriteByte('\n')
			}
			out.WriteString(marks)
			if marks != "" {
				out.WriteByte(' ')
			}
		}
		open, depth = strings.HasSuffix(inner, " ") && inner != "-- ", len(marks)
		if open && delsp {
			inner = inner[:len(inner)-1]
		}
		out.WriteString(inner)
	}
	return out.String()
}

func looksHTML(s string) bool {
	head := strings.ToLower(strings.TrimSpace(s[:min(len(s), 200)]))
	return strings.HasPrefix(head, "<html") || strings.HasPrefix(head, "<!doctype html")
}

// setText parts the sender's own words from what they quote.
func (p *messageParser) setText(text string) {
	own, quoted := splitQuoted(text)
	p.msg.Text = own
	nested := p.msg.Quoted
	p.msg.Quoted = ""
	p.addQuoted(quoted)
	p.addQuoted(nested)
}

func (p *messageParser) addQuoted(text string) {
	text = strings.TrimSpace(text)
	if text == "" || len(p.msg.Quoted) > p.limits.Text {
		return
	}
	if p.msg.Quoted != "" {
		p.msg.Quoted += "\n"
	}
	p.msg.Quoted += text
}

// htmlText is the text of an HTML body, one line per block and a tab between table cells, and
// the addresses it links to. It is a reader of mail, not of the web: tags are dropped, not
// understood.
func htmlText(s string) (text string, links []string) {
	var b strings.Builder
	for s != "" {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			writeHTMLText(&b, s)
			break
		}
		writeHTMLText(&b, s[:open])
		s = s[open:]
		if strings.HasPrefix(s, "<!--") {
			_, s, _ = strings.Cut(s[4:], "-->")
			continue
		}
		tag, rest, ok := strings.Cut(s[1:], ">")
		if !ok || tag == "" || !isTagStart(tag[0]) {
			b.WriteByte('<')
			s = s[1:]
			continue
		}
		s = rest
		name := tagName(tag)
		switch name {
		case "script", "style", "head", "title":
			s = skipElement(s, name)
		case "br", "hr", "/p":
			b.WriteByte('\n')
		case "p", "div", "li", "tr", "table", "blockquote", "/div", "/tr", "/li", "/h1", "/h2", "/h3", "/h4", "/blockquote", "/table":
			newLine(&b)
		case "/td", "/th":
			b.WriteByte('\t')
		case "a":
			if href := attribute(tag, "href"); href != "" {
				links = append(links, href)
			}
		}
	}
	return tidyLines(b.String()), links
}

// writeHTMLText writes text with its white space folded as a browser would.
func writeHTMLText(b *strings.Builder, s string) {
	if s == "" {
		return
	}
	folded := strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }), " ")
	if folded == "" {
		if b.Len() > 0 && !endsLine(b) {
			b.WriteByte(' ')
		}
		return
	}
	if isBlank(s[0]) && !endsLine(b) {
		b.WriteByte(' ')
	}
	b.WriteString(strings.ReplaceAll(html.UnescapeString(folded), "\u00A0", " "))
	if isBlank(s[len(s)-1]) {
		b.WriteByte(' ')
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func endsLine(b *strings.Builder) bool {
	return b.Len() == 0 || b.String()[b.Len()-1] == '\n'
}

func newLine(b *strings.Builder) {
	if !endsLine(b) {
		b.WriteByte('\n')
	}
}

func isTagStart(c byte) bool {
	return c == '/' || c == '!' || c == '?' || (c|0x20 >= 'a' && c|0x20 <= 'z')
}

func tagName(tag string) string {
	end := strings.IndexFunc(tag, func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' })
	if end >= 0 {
		tag = tag[:end]
	}
	if len(tag) > 1 {
		tag = strings.TrimSuffix(tag, "/")
	}
	return strings.ToLower(tag)
}

// skipElement skips to behind the closing tag of name.
func skipElement(s, name string) string {
	for i := 0; ; {
		j := strings.Index(s[i:], "</")
		if j < 0 {
			return ""
		}
		i += j + 2
		if len(s) >= i+len(name) && strings.EqualFold(s[i:i+len(name)], name) {
			_, rest, _ := strings.Cut(s[i:], ">")
			return rest
		}
	}
}

// attribute is the value of one attribute of a tag.
func attribute(tag, name string) string {
	lower := strings.ToLower(tag)
	for i := 0; ; {
		j := strings.Index(lower[i:], name)
		if j < 0 {
			return ""
		}
		i += j + len(name)
		rest := strings.TrimLeft(tag[i:], " \t\r\n")
		value, ok := strings.CutPrefix(rest, "=")
		if !ok {
			continue
		}
		value = strings.TrimLeft(value, " \t\r\n")
		if value != "" && (value[0] == '"' || value[0] == '\'') {
			value, _, _ = strings.Cut(value[1:], value[:1])
		} else if end := strings.IndexAny(value, " \t\r\n"); end >= 0 {
			value = value[:end]
		}
		return html.UnescapeString(value)
	}
}

// tidyLines trims every line and keeps at most one blank line in a row.
func tidyLines(s string) string {
	var out []string
	blank := true
	for line := range strings.Lines(s) {
		line = strings.TrimRight(strings.TrimLeft(line, " "), " \t\r\n")
		if line == "" && blank {
			continue
		}
		blank = line == ""
		out = append(out, line)
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}

// cutRunes cuts s to at most n bytes at a character.
func cutRunes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
