package ingest

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

// utf7Labels are the names of UTF-7, in which Exchange and old Outlook Express still write
// when an administrator once chose it.
var utf7Labels = map[string]bool{
	"utf-7": true, "utf7": true, "unicode-1-1-utf-7": true, "unicode-2-0-utf-7": true,
	"x-unicode-2-0-utf-7": true, "csunicode11utf7": true, "cp65000": true, "65000": true,
}

// decodeUTF7 decodes RFC 2152: "+" begins a run of base64 that holds UTF-16, "-" or anything
// else beyond the alphabet ends it, "+-" is a plus. What is no such run stands for itself.
func decodeUTF7(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		if b[0] != '+' {
			out.WriteByte(b[0])
			b = b[1:]
			continue
		}
		end := 1
		for end < len(b) && isBase64[b[end]] {
			end++
		}
		run, rest := b[1:end], b[end:]
		closed := len(rest) > 0 && rest[0] == '-'
		text, ok := utf7Run(run)
		switch {
		case len(run) == 0 && closed:
			out.WriteByte('+')
		case !ok || len(run) == 0:
			out.Write(b[:end])
			b = rest
			continue
		default:
			out.WriteString(text)
		}
		if closed {
			rest = rest[1:]
		}
		b = rest
	}
	return out.String()
}

func utf7Run(run []byte) (text string, ok bool) {
	raw, err := base64.RawStdEncoding.DecodeString(string(run))
	if err != nil || len(raw)%2 != 0 {
		return "", false
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units)), true
}
