// Package configs reads everything the office decides: duban.yaml, the registry, the form,
// the calendar. Load tells every fault at once, each with file, line and remedy in Chinese;
// what it returns is complete, checked and never changes.
//
// Read it in this order: configs.go (what a configuration is), raw.go (what is written in
// duban.yaml), strict.go (how a file is read without stopping at the first fault), words.go and
// faults.go; then, one part of duban.yaml each, server.go, secret.go and guard.go (whose mail is
// believed, what may go out), schedule.go and moment.go, readers.go, circular.go, ledgers.go
// (permits and scores); the other files: calendar.go, form.go, and the registry with table.go,
// headings.go, registry.go and projects.go; starter.go is what `duban init` writes.
package configs

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"duban/state"
)

// Config is a complete, checked configuration.
type Config struct {
	Path      string // of duban.yaml, as given
	Office    Office
	StateDir  string // where the store, the journal and the blobs live
	Reserve   uint64 // bytes that must stay free there, or nothing is fetched or sent; 0 is not asked
	Alert     Alert
	Circulars state.CircularRule
	// ConfirmRequests asks the office before a request is handed over.
	ConfirmRequests bool
	Mailbox         Mailbox
	Outgoing        Outgoing
	Roster          *state.Roster
	Form            *state.Form
	Rules           File            // rules.yaml, unread: ingest/rules understands it
	Templates       string          // folder of the office's own templates; "" when there is none
	Schedule        *state.Schedule // holds the calendar
	Lamp            state.LightRule
	Permits         state.PermitLimits
	Score           state.ScoreRule
	Readers         state.Readers
	Shadow          bool     // mode: shadow
	Console         string   // address of the status page; "" when off
	Warnings        Faults   // what the office should know; nothing that hinders
	Files           []string // every file that was read: when one changes, load again
}

// Office is who writes the letters.
type Office struct {
	Name, Mail string
	Staff      []string // further addresses that decide for the office by mail, lower case
	Contact    string   // printed at the foot of every letter: name and telephone
	Zone       *time.Location
}

// File is a file of the office with its name as faults cite it.
type File struct {
	Name string
	Data []byte
}

// Options are what Load cannot know itself.
type Options struct {
	Env      func(string) string              // os.Getenv in production; nil when there is none
	ReadXLSX func([]byte) ([][]string, error) // the first sheet of a workbook; nil when registries must be .csv
	Now      time.Time                        // to warn of a missing year's calendar; zero for no such warning
	Also     func(*Config) Faults             // judges what only other rooms understand (rules, templates); the Config may have holes
}

// loader carries what the parts of one Load share.
type loader struct {
	inbox
	Options
	dir       string // of duban.yaml; relative paths start here
	files     []string
	addresses []word // every address letters may go to, with its place
}

// Load reads the configuration at path and everything it names. On any fault the Config is
// nil and Faults holds all that was found wrong, in every file, in one pass; what is judged
// by Options.Also included.
func Load(path string, o Options) (*Config, Faults) {
	l := &loader{Options: o, dir: filepath.Dir(path)}
	data, ok := l.slurp(word{Text: filepath.Base(path)})
	if !ok {
		return nil, l.faults
	}
	var raw rawConfig
	strict{&l.inbox, filepath.Base(path)}.read(data, &raw)
	if raw.At.Line == 0 && len(l.faults) > 0 { // not YAML at all: nothing more can be said
		return nil, l.faults
	}
	c := l.config(raw)
	c.Path = path
	c.Files = l.files
	c.Warnings = l.warnings.sorted()
	if l.Also != nil {
		l.faults = append(l.faults, l.Also(c)...)
	}
	if len(l.faults) > 0 {
		return nil, l.faults.sorted()
	}
	return c, nil
}

func (l *loader) config(raw rawConfig) *Config {
	c := &Config{Shadow: l.shadow(raw.Mode), Console: l.listen(raw.Console)}
	c.Office = l.office(raw.Office)
	c.StateDir = l.path(or(raw.State.Dir, "state"))
	c.Reserve = l.bytes(raw.State.Reserve, 512<<20)
	c.Alert = l.alert(raw.Alert)
	c.Mailbox = l.mailbox(raw.Mailbox)
	c.Outgoing = l.outgoing(raw.Outgoing)
	c.Lamp = l.lights(raw.Lights)
	c.Score = l.score(raw.Score)
	calendar := l.calendar(raw.Calendar, raw.At, c.Office.Zone)
	c.Schedule = l.schedule(raw.Schedule, calendar, c.Office.Zone)
	c.Readers = l.editions(raw.Readers, raw.Meeting)
	c.Form = l.form(raw.Form)
	c.Rules = l.rules(raw.Rules, raw.At)
	c.Templates = l.templates(raw.Templates)
	c.Roster = l.roster(raw.Registry, c.Office.Zone)
	l.readers(c.Roster, raw.Registry)
	l.unreachable(c.Roster, raw.Registry)
	c.Permits = l.permits(raw.Permits, c.Form, c.Roster)
	c.Circulars = l.circulars(raw.Circulars)
	c.ConfirmRequests = l.confirmed(raw.Requests.HandOver)
	c.Outgoing.Allow = l.allowed(raw.Outgoing)
	return c
}

func (l *loader) office(raw rawOffice) Office {
	o := Office{Name: raw.Name.Text, Mail: l.address(raw.Mail), Contact: raw.Contact.Text}
	if o.Name == "" {
		l.lacks(raw.At, "office.name", "写 office.name,例如 name: 区重大项目办。", "没有写办公室名称。")
	}
	if !raw.Mail.Set {
		l.lacks(raw.At, "office.mail", "写 office.mail,即各部门报送的邮箱。", "没有写办公室邮箱。")
	}
	if o.Contact == "" {
		l.lacks(raw.At, "office.contact", "写 office.contact,例如 contact: \"张三 000-0000-0000\"。", "没有写联系人和电话,部门不知道该问谁。")
	}
	for _, w := range raw.Staff {
		if !plainAddress(w.Text) {
			l.wrong(w.At, "只写邮箱本身,例如 zhang.san@lanchuan.example。", "“%s”不是邮箱。", w.Text)
			continue
		}
		o.Staff = append(o.Staff, strings.ToLower(w.Text))
	}
	zone, err := time.LoadLocation(or(raw.Timezone, "Asia/Shanghai"))
	if err != nil || zone == time.Local {
		l.wrong(raw.Timezone.At, "写 Asia/Shanghai。", "不认识的时区“%s”。", raw.Timezone.Text)
		zone = time.UTC
	}
	o.Zone = zone
	return o
}

func (l *loader) shadow(w word) bool {
	switch w.Text {
	case "", "live":
		return false
	case "shadow":
		return true
	}
	l.wrong(w.At, remedyNear(w.Text, []string{"live", "shadow"}, "写 live(正式)或 shadow(试运行,所有信只发给办公室)。"), "不认识的运行方式“%s”。", w.Text)
	return false
}

func (l *loader) form(w word) *state.Form {
	data, name := builtinForm, "form.yaml"
	if w.Set {
		var ok bool
		if data, ok = l.slurp(w); !ok {
			return nil
		}
		name = w.Text
	}
	form, faults := LoadForm(data, name)
	l.faults = append(l.faults, faults...)
	return form
}

func (l *loader) rules(w word, at place) File {
	if !w.Set {
		l.lacks(at, "rules", "写 rules: rules.yaml。", "没有写规则文件。")
		return File{}
	}
	data, _ := l.slurp(w)
	return File{Name: w.Text, Data: data}
}

func (l *loader) templates(w word) string {
	if w.Text == "" {
		return ""
	}
	dir := l.path(w.Text)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		l.warn(w.At, "要改写文字时再建这个文件夹;不改写可删去这一行。", "没有文件夹“%s”,全部用内置的文字。", w.Text)
		return ""
	}
	return dir
}

// path is where a name in the configuration points: relative names start beside duban.yaml.
func (l *loader) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(l.dir, filepath.FromSlash(name))
}

// slurp reads a file the configuration names; a fault is noted where it is named.
func (l *loader) slurp(w word) ([]byte, bool) {
	at := w.At
	if at.File == "" {
		at.File = w.Text
	}
	path := l.path(w.Text)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.wrong(at, "核对文件名;相对路径从 duban.yaml 所在的文件夹算起。", "没有文件“%s”。", w.Text)
	case err != nil:
		l.wrong(at, "请系统管理员检查这个文件和文件夹的权限。", "打不开文件“%s”。", w.Text)
	case !info.Mode().IsRegular():
		l.wrong(at, "改成一个文件的名字。", "“%s”不是文件。", w.Text)
	case info.Size() > maxFile:
		l.wrong(at, "核对是否写错了文件。", "文件“%s”超过%d兆字节。", w.Text, maxFile>>20)
	default:
		data, err := os.ReadFile(path)
		if err != nil {
			l.wrong(at, "用 chmod 让运行 duban 的用户能读它。", "读不了文件“%s”。", w.Text)
			return nil, false
		}
		l.files = append(l.files, path)
		return data, true
	}
	return nil, false
}

// or is the word's text, or the default when it is absent.
func or(w word, standard string) string {
	if w.Text == "" {
		return standard
	}
	return w.Text
}

// sub is the place of a key that is missing below p.
func (p place) sub(where string) place {
	p.Where = where
	return p
}
