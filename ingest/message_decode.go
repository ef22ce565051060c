package ingest

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// transferEncoding names how a part's body is coded, from a field written as anything between
// "base64" and "Base 64 (encoded)".
func transferEncoding(field string) string {
	field, _, _ = strings.Cut(strings.ToLower(field), "(")
	field, _, _ = strings.Cut(field, ";")
	field = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '"' || r == '\'' || r == ',' || r == '-' || r == '_' {
			return -1
		}
		return r
	}, field)
	switch field {
	case "base64", "b64", "xbase64":
		return "base64"
	case "quotedprintable", "qp":
		return "quoted-printable"
	case "xuuencode", "uuencode", "xuue", "uue", "uu":
		return "uuencode"
	}
	return ""
}

// decodeTransfer undoes a part's transfer encoding. clean is false when bytes had to be passed
// over or the coding broke off. name is the file name a uuencoded body brings along.
func decodeTransfer(encoding string, body []byte) (data []byte, name string, clean bool) {
	switch encoding {
	case "base64":
		data, clean = decodeBase64(body)
		return data, "", clean
	case "quoted-printable":
		return decodeQuotedPrintable(body), "", true
	case "uuencode":
		if file, ok := firstUU(body); ok {
			return file.data, file.name, true
		}
		return body, "", false
	}
	return body, "", true
}

var isBase64 = func() (table [256]bool) {
	for c := range table {
		table[c] = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/'
	}
	return table
}()

// decodeBase64 decodes b, passing over stray bytes and blank lines, and stops at the prose that
// list servers and virus scanners append. clean is false when it had to do either, or when the
// last group is incomplete: the mail was cut.
func decodeBase64(b []byte) (data []byte, clean bool) {
	b = bytes.TrimRight(b, " \t\r\n\x00")
	out := make([]byte, base64.StdEncoding.DecodedLen(len(b)))
	if n, err := base64.StdEncoding.Decode(out, b); err == nil {
		return out[:n], true
	}
	clean = true
	kept := make([]byte, 0, len(b))
	data = out[:0]
	ended := false // a padding has closed the current run
	for line := range bytes.Lines(b) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			continue
		}
		if isProse(line) || (ended && !isBase64Line(line)) {
			clean = false
			if len(kept)+len(data) > 0 {
				break
			}
			continue
		}
		ended = false
		for _, c := range line {
			switch {
			case isBase64[c]:
				if ended {
					data, kept, ended = flushBase64(data, kept), kept[:0], false
				}
				kept = append(kept, c)
			case c == '=':
				ended = true
			case c != ' ' && c != '\t':
				clean = false
			}
		}
		if ended {
			data, kept = flushBase64(data, kept), kept[:0]
		}
	}
	if len(kept)%4 != 0 {
		clean = false
	}
	return flushBase64(data, kept), clean
}

// flushBase64 appends the decoding of a run without padding. A single left-over character
// holds no byte and is dropped.
func flushBase64(data, run []byte) []byte {
	if len(run)%4 == 1 {
		run = run[:len(run)-1]
	}
	data, _ = base64.RawStdEncoding.AppendDecode(data, run) // cannot fail: every byte was checked
	return data
}

// isProse tells a line of text from a line of base64 with rubbish in it: it holds a byte
// beyond ASCII, nothing of the alphabet, or words.
func isProse(line []byte) bool {
	valid := 0
	for _, c := range line {
		if c >= 0x80 {
			return true
		}
		if isBase64[c] {
			valid++
		}
	}
	if valid == 0 && line[0] != '=' {
		return true
	}
	words := bytes.Fields(line)
	for _, w := range words[:len(words)-1] {
		if len(w) < 16 || len(w)%4 != 0 {
			return true
		}
	}
	return false
}

// isBase64Line recognises a full line of base64 behind a padding: some mailers code piecewise.
func isBase64Line(line []byte) bool {
	line = bytes.TrimRight(line, "=")
	for _, c := range line {
		if !isBase64[c] {
			return false
		}
	}
	return len(line) >= 40
}

// trueEncoding is how a part's body is coded in truth, where what is declared cannot be: a
// gateway that recodes a mail changes the label and not the body, or the body and not the label.
func trueEncoding(part partHead, body []byte) string {
	switch {
	case part.encoding != "base64" && part.encoding != "uuencode" && looksBase64(body):
		return "base64"
	case part.encoding == "" && !strings.HasPrefix(part.media, "text/"):
		if start, _, _, ok := findUU(body[:min(len(body), 4096)]); ok && len(bytes.TrimSpace(body[:start])) == 0 {
			return "uuencode"
		}
	}
	return part.encoding
}

// looksBase64 reports whether an undeclared body is base64 all the same: nothing else, and a
// known file beneath.
func looksBase64(b []byte) bool {
	head := b[:min(len(b), 4096)]
	if len(head) < 64 {
		return false
	}
	for _, c := range head {
		if !isBase64[c] && c != '\r' && c != '\n' && c != '=' {
			return false
		}
	}
	data, _ := decodeBase64(head[:64])
	return isContainer(data)
}

// isContainer recognises by their first bytes the files a report comes in: zip (and so xlsx),
// OLE2 (xls, et), rar, 7z, and the TNEF wrapper.
func isContainer(data []byte) bool {
	for _, magic := range []string{"PK\x03\x04", "PK\x05\x06", "\xD0\xCF\x11\xE0", "Rar!", "7z\xBC\xAF", "\x78\x9F\x3E\x22"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return true
		}
	}
	return false
}

// decodeQuotedPrintable decodes b; what is not a valid escape stands for itself.
func decodeQuotedPrintable(b []byte) []byte {
	if bytes.IndexByte(b, '=') < 0 {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '=' {
			out = append(out, b[i])
			continue
		}
		if i+2 < len(b) {
			if hi, lo := hexDigit(b[i+1]), hexDigit(b[i+2]); hi >= 0 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		j := i + 1
		for j < len(b) && (b[j] == ' ' || b[j] == '\t' || b[j] == '\r') {
			j++
		}
		switch {
		case j >= len(b):
			return out // a soft line break at the very end
		case b[j] == '\n':
			i = j
		default:
			out = append(out, '=')
		}
	}
	return out
}
