package demo

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
	"strings"

	"duban/state"
)

// Letter is one of duban's own letters, opened.
type Letter struct {
	Key, Kind  string
	Subject    string
	Text, HTML []byte
	Books      [][]byte // the workbooks it carries
}

// The editions of the leaders' letter that differ from it by their reader.
const (
	sortOwn       = "own"       // for one lead leader
	sortFormal    = "formal"    // for one of the bodies
	sortCorrected = "corrected" // for all, once more
)

// Sort is the letter's kind as a viewer tells them apart: its kind, and for the summary of a
// week whose edition it is.
func (l Letter) Sort() string {
	parts := strings.Split(l.Key, "/") // summary/2026-W41/leaders/2
	switch {
	case l.Kind != string(state.TopicSummary) || len(parts) < 3:
		return l.Kind
	case len(parts) > 3:
		return sortCorrected
	case parts[2] == "leaders":
		return l.Kind
	case strings.HasPrefix(parts[2], "L"):
		return sortOwn
	default:
		return sortFormal
	}
}

// OpenLetter opens one of duban's own letters. It has no more parts than duban gave it.
func OpenLetter(raw []byte) (Letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Letter{}, fmt.Errorf("open our own letter: %w", err)
	}
	l := Letter{Key: m.Header.Get("X-Duban-Key"), Kind: m.Header.Get("X-Duban-Kind")}
	if l.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return Letter{}, fmt.Errorf("open our own letter %s: %w", l.Key, err)
	}
	if err := l.part(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body); err != nil {
		return Letter{}, fmt.Errorf("open our own letter %s: %w", l.Key, err)
	}
	return l, nil
}

func (l *Letter) part(contentType, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			part, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := l.part(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); err != nil {
				return err
			}
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
		return err
	}
	switch {
	case kind == "text/plain" && l.Text == nil:
		l.Text = data
	case kind == "text/html" && l.HTML == nil:
		l.HTML = data
	case strings.HasSuffix(kind, "spreadsheetml.sheet"):
		l.Books = append(l.Books, data)
	}
	return nil
}
