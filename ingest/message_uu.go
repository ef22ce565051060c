package ingest

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// uuFile is one file written into text by uuencode, or by its successor of the same program,
// which writes base64 ("begin-base64", POSIX).
type uuFile struct {
	name string
	data []byte
	cut  bool // the text ended before the file did
}

// takeUU takes such files out of b, at most so many, and returns what is left of the text.
func takeUU(b []byte, most int) (text []byte, files []uuFile) {
	for len(files) < most {
		start, file, rest, ok := nextUU(b)
		if !ok {
			break
		}
		files, text, b = append(files, file), append(text, b[:start]...), rest
	}
	if len(files) == 0 {
		return b, nil
	}
	return append(text, b...), files
}

// firstUU is the first such file in b.
func firstUU(b []byte) (file uuFile, ok bool) {
	_, file, _, ok = nextUU(b)
	return file, ok
}

// nextUU finds the next such file, of either writing, and what stands behind it.
func nextUU(b []byte) (start int, file uuFile, rest []byte, ok bool) {
	start, name, rest, ok := findUU(b)
	if at, newer, after, found := findNewUU(b); found && (!ok || at < start) {
		body, behind, ended := bytes.Cut(after, []byte("\n===="))
		data, clean := decodeBase64(body)
		return at, uuFile{newer, data, !ended || !clean}, bytes.TrimLeft(behind, "=\r"), true
	}
	if !ok {
		return 0, uuFile{}, nil, false
	}
	data, behind, ended := readUU(rest)
	return start, uuFile{name, data, !ended}, behind, true
}

// findNewUU finds "begin-base64 644 name" at the start of a line.
func findNewUU(b []byte) (start int, name string, rest []byte, ok bool) {
	mark := []byte("begin-base64 ")
	for at := 0; ; {
		i := bytes.Index(b[at:], mark)
		if i < 0 {
			return 0, "", nil, false
		}
		at += i
		line, after, _ := bytes.Cut(b[at:], []byte("\n"))
		fields := strings.SplitN(strings.TrimSpace(decodeUndeclared(line)), " ", 3)
		first := firstLine(after)
		_, err := base64.StdEncoding.DecodeString(string(first))
		if (at == 0 || b[at-1] == '\n') && len(fields) == 3 && isOctal(fields[1]) && len(first) > 0 && err == nil {
			return at, attachmentName(fields[2]), after, true
		}
		at += len(mark)
	}
}

// findUU finds "begin 644 name" at the start of a line, followed by a line uuencode could have
// written.
func findUU(b []byte) (start int, name string, rest []byte, ok bool) {
	for at := 0; at < len(b); {
		i := bytes.Index(b[at:], []byte("begin "))
		if i < 0 {
			break
		}
		at += i
		if at == 0 || b[at-1] == '\n' {
			line, after, _ := bytes.Cut(b[at:], []byte("\n"))
			fields := strings.SplitN(strings.TrimSpace(decodeUndeclared(line)), " ", 3)
			if len(fields) == 3 && isOctal(fields[1]) && validUULine(firstLine(after)) {
				return at, attachmentName(fields[2]), after, true
			}
		}
		at += len("begin ")
	}
	return 0, "", nil, false
}

func firstLine(b []byte) []byte {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return bytes.TrimRight(line, "\r")
}

func isOctal(s string) bool {
	return (len(s) == 3 || len(s) == 4) && strings.Trim(s, "01234567") == ""
}

// validUULine checks a line's length byte against its length; trailing blanks may be lost.
func validUULine(line []byte) bool {
	if len(line) == 0 || line[0] < ' ' || line[0] > '`' {
		return false
	}
	n := int(line[0]-' ') & 63
	full := 1 + (n+2)/3*4
	return len(line) <= full+2 && (n > 0 || len(line) == 1) && len(line) > full/2
}

// readUU decodes lines up to "end".
func readUU(b []byte) (data, rest []byte, ended bool) {
	for len(b) > 0 {
		line := firstLine(b)
		_, after, found := bytes.Cut(b, []byte("\n"))
		if !found {
			after = nil
		}
		if strings.TrimSpace(string(line)) == "end" {
			return data, after, true
		}
		data = appendUULine(data, line)
		b = after
	}
	return data, nil, false
}

func appendUULine(data, line []byte) []byte {
	if len(line) == 0 {
		return data
	}
	n := int(line[0]-' ') & 63
	at := func(i int) byte {
		if i < len(line) {
			return (line[i] - ' ') & 63
		}
		return 0
	}
	for i := 1; n > 0; i += 4 {
		group := [3]byte{at(i)<<2 | at(i+1)>>4, at(i+1)<<4 | at(i+2)>>2, at(i+2)<<6 | at(i+3)}
		take := min(n, 3)
		data = append(data, group[:take]...)
		n -= take
	}
	return data
}
