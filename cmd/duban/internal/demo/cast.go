package demo

import (
	"bufio"
	"bytes"
	"embed"
	"fmt"
	"strings"
	"time"
)

// mails are the weeks 2026-W38 and W39 of the fictional district 云泽市澜川区 as its
// mailbox received them, one .eml each with an index. Everybody in them is invented.
//
//go:embed mails
var mails embed.FS

// Mail is one received mail of the fictional district.
type Mail struct {
	File     string // "W38-D05-1.eml"
	Received time.Time
	From     string
	Decision string   // what the office of the district decided on it by hand
	Errors   []string // the error codes it found, as the glossary spells them
	Warnings []string
	Raw      []byte
}

// Mails lists a week's mails, "2026-W38" or "2026-W39", in order of receipt.
func Mails(week string) ([]Mail, error) {
	dir := "mails/" + week + "/"
	index, err := mails.ReadFile(dir + "index.tsv")
	if err != nil {
		return nil, fmt.Errorf("read the index of %s: %w", week, err)
	}
	var out []Mail
	lines := bufio.NewScanner(bytes.NewReader(index))
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		if len(f) < 6 || f[0] == "file" {
			continue
		}
		at, err := time.Parse(time.RFC3339, f[1])
		if err != nil {
			return nil, fmt.Errorf("read the index of %s: %w", week, err)
		}
		raw, err := mails.ReadFile(dir + f[0])
		if err != nil {
			return nil, fmt.Errorf("read a mail of %s: %w", week, err)
		}
		out = append(out, Mail{File: f[0], Received: at, From: f[2], Decision: f[3], Errors: codes(f[4]), Warnings: codes(f[5]), Raw: raw})
	}
	return out, lines.Err()
}

func codes(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' })
}
