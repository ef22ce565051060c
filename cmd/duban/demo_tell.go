package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"strings"

	"duban/state"
)

// tell prints what the turn brought and writes the letters that left into the folder.
func (p *play) tell(ctx context.Context) error {
	o := p.daemon.office.Load()
	week := o.cfg.Schedule.Current(mustTime(demoFrom))
	var mails []state.Mail
	var letters []state.Letter
	err := o.archive.store.View(ctx, func(r *state.Records) (err error) {
		for _, w := range []state.Week{{}, week, week.Add(1)} {
			m, err := r.MailsOf(w)
			if err != nil {
				return err
			}
			mails = append(mails, m...)
		}
		letters, err = r.Letters()
		return err
	})
	if err != nil {
		return fmt.Errorf("read what happened: %w", err)
	}
	for _, m := range mails {
		if m.Kind != state.MailOwn && p.first(m.ID) {
			p.got++
			p.line("收到 %-28s %s", m.From, verdict(m, o.cfg.Roster))
		}
	}
	for _, l := range letters {
		if l.Phase() == state.PhaseSent && p.first(l.Key) {
			p.line("  发出 %s", l.Subject)
		}
	}
	return p.writeLetters()
}

func (p *play) first(id string) bool {
	was := p.seen[id]
	p.seen[id] = true
	return !was
}

// progress shows, on a terminal, the district's clock in a line that the next one replaces,
// so that quiet nights are seen to pass.
func (p *play) progress() {
	f, ok := p.in.stderr.(*os.File)
	if !ok {
		return
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return
	}
	at := p.now().In(p.daemon.office.Load().cfg.Schedule.Zone)
	fmt.Fprintf(f, "%s第38周 星期%s %s  已收%d封 已发%d封", clearLine, state.WeekdayWord(at.Weekday()), at.Format("15:04"), p.got, p.letter)
	p.dirty = true
}

// clearLine takes the cursor to the line's beginning and wipes it (ECMA-48).
const clearLine = "\r\x1b[K"

// line prints one event.
func (p *play) line(format string, args ...any) {
	if p.dirty {
		fmt.Fprint(p.in.stderr, clearLine)
		p.dirty = false
	}
	zone := p.daemon.office.Load().cfg.Schedule.Zone
	fmt.Fprintf(p.in.stdout, "%s  %s\n", p.now().In(zone).Format("01-02 15:04"), fmt.Sprintf(format, args...))
}

func verdict(m state.Mail, roster *state.Roster) string {
	who := m.Dept
	if d := roster.Dept(m.Dept); d != nil {
		who = d.Short
	}
	switch m.Decision {
	case state.DecisionAccept:
		return who + ":采用"
	case state.DecisionCorrect:
		n := 0
		for _, f := range m.Findings {
			if f.Level == state.LevelError {
				n++
			}
		}
		return fmt.Sprintf("%s:请补正,%d处", who, n)
	case state.DecisionQuarantine:
		return "不认识的发件人,留存待办公室认领"
	case state.DecisionHold:
		return who + ":不是周报,转办公室"
	default:
		return fmt.Sprintf("不需答复(%s)", m.Kind)
	}
}

// writeLetters writes the letters the post office took since the last time: the whole mail,
// its HTML, and the workbook of a summary. One letter to several readers is written once.
func (p *play) writeLetters() error {
	for _, sent := range p.post.Letters()[p.letter:] {
		p.letter++
		m, err := mail.ReadMessage(bytes.NewReader(sent.Raw))
		if err != nil {
			return fmt.Errorf("read our own letter: %w", err)
		}
		name := strings.ReplaceAll(m.Header.Get("X-Duban-Key"), "/", "_")
		if !p.first("written " + name) {
			continue
		}
		if err := p.write(name+".eml", sent.Raw); err != nil {
			return err
		}
		if err := p.writeParts(name, m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body); err != nil {
			return err
		}
	}
	return nil
}

// writeParts walks our own letter; it has no more parts than we gave it.
func (p *play) writeParts(name, contentType, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("read our own letter: %w", err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			part, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("read our own letter: %w", err)
			}
			if err := p.writeParts(name, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); err != nil {
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
		return fmt.Errorf("read our own letter: %w", err)
	}
	switch {
	case kind == "text/html":
		return p.write(name+".html", data)
	case strings.HasSuffix(kind, "spreadsheetml.sheet"):
		return p.write(name+".xlsx", data)
	}
	return nil
}

func (p *play) write(name string, data []byte) error {
	if err := os.WriteFile(filepath.Join(p.dir, filepath.Base(name)), data, 0o644); err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	return nil
}
