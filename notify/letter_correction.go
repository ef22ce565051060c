package notify

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"duban/state"
)

// correctionPage is the data of correction.*.tmpl.
type correctionPage struct {
	Frame      frame
	To         addressed
	When       string
	Written    string     // the time the mail bears, when that is far from its receipt; "" otherwise
	Files      []bookLine // the workbooks that were read
	Unread     []bookLine // attachments that were not used
	Count      string     // projects in them
	Accepted   string     // taken at once; "" for none
	Waiting    []projectLine
	WaitCount  string
	Lack       []projectLine
	Must       []item
	Ask        []item
	Deferred   []item
	MustCount  string
	AskCount   string
	More       string // items beyond those spelled out
	Again      bool   // there was a letter of correction before this one
	Fixed      string // items of the letter before that are in order now
	ReplyBy    string
	ReplyByDay string // with its year
	Late       bool
	Due        string
	Grace      string   // minutes after it that still count as in time
	Marked     []string // names of the marked workbooks attached
	SummaryAt  string
	Amended    []amendedLine // what the office changed by hand since its last letter
	Colleague  string        // who else of the department reported before; "" for nobody else
	Earlier    string        // and when
	Unlisted   newcomers     // projects of the mail the registry does not hold
	Ruling     string        // why a dispute did not hold; "" when the letter is about none
}

// Correction names every defect of a try in one letter. When nothing at all could be read
// it asks for the workbook again and says why, in plain words.
func (c *Composer) Correction(a Answer) (Draft, error) {
	d := c.answer(state.TopicCorrection, a.Dept, a.Mail, a.Round, a.Now)
	d.ReplyBy = c.Schedule.ResubmitBy(c.Schedule.AfterQuiet(a.Now))
	if !a.ReplyBy.IsZero() {
		d.ReplyBy = a.ReplyBy.Truncate(time.Minute)
	}
	d.Findings = told(c.numbered(a), state.LevelError, state.LevelWarning)
	if unreadable(a.Try) {
		return c.resend(d, a)
	}
	return c.correct(d, a)
}

func (c *Composer) correct(d Draft, a Answer) (Draft, error) {
	due := c.Schedule.Deadline(a.Dept.Week)
	p := correctionPage{
		Frame: c.number(d), To: c.addressed(d.Dept), When: c.at(a.Try.Received), Written: c.written(a.Mail),
		Accepted: count(len(a.Try.Accepted)), Waiting: c.named(a.Dept.Wait), WaitCount: count(len(a.Dept.Wait)), Lack: c.named(lacking(a)),
		ReplyBy: c.at(d.ReplyBy), ReplyByDay: c.fullAt(d.ReplyBy), Late: a.Try.Late && a.Dept.Late, Due: c.at(due.Due),
		Grace: c.grace(), Again: a.Prior != nil, SummaryAt: c.at(c.Schedule.SummaryAt(a.Dept.Week)),
	}
	if p.Colleague = c.colleague(&d, a); p.Colleague != "" {
		p.Earlier = c.at(a.Before.Received)
	}
	rows := 0
	for _, b := range a.Try.Books {
		rows += b.Rows
	}
	p.Count = strconv.Itoa(rows)
	p.Files, p.Unread = books(a.Try)
	files, err := c.marked(a)
	if err != nil {
		return Draft{}, fmt.Errorf("write %s: %w", d.Key, err)
	}
	d.Files = files
	for _, f := range files {
		p.Marked = append(p.Marked, f.Name)
	}
	c.list(&p, a)
	p.Amended, p.Unlisted = c.amended(a.Amended), a.newcomers()
	if a.Ruling != nil {
		p.Ruling = trim(a.Ruling.Reason, quoteText)
	}
	return c.render(d, "correction", p)
}

// number is the frame of a letter of correction, with its 编号.
func (c *Composer) number(d Draft) frame {
	f := c.frame(d, d.Dept)
	f.Number = fmt.Sprintf("BZ-%dW%02d-%s-%d", d.Week.Year, d.Week.No, d.Dept, d.Round)
	return f
}

// list writes the three parts of the letter, numbered through. It cuts them at maxItems
// only when a marked workbook tells the rest: the letter as a whole names every defect.
func (c *Composer) list(p *correctionPage, a Answer) {
	how := c.law(a)
	var must, ask, deferred []state.Finding
	for _, f := range told(a.Try.Findings, state.LevelError, state.LevelWarning) {
		switch {
		case isMissing(f) && f.Level == state.LevelWarning: // named with the projects still to come
		case f.Deferred:
			deferred = append(deferred, f)
		case f.Level == state.LevelError:
			must = append(must, f)
		default:
			ask = append(ask, f)
		}
	}
	all := a.Try.Findings
	p.Must, p.Ask, p.Deferred = c.items(must, all, how), c.items(ask, all, how), c.items(deferred, all, how)
	p.MustCount, p.AskCount = count(len(p.Must)), count(len(p.Ask))
	no, over := 0, 0
	for _, part := range []*[]item{&p.Must, &p.Ask, &p.Deferred} {
		for i := range *part {
			no++
			(*part)[i].No = strconv.Itoa(no)
		}
		if room := maxItems - (no - len(*part)); len(p.Marked) > 0 && len(*part) > room {
			over += len(*part) - max(room, 0)
			*part = (*part)[:max(room, 0)]
		}
	}
	p.More = count(over)
	if p.Again {
		p.Fixed = count(c.repaired(a))
	}
}

// isMissing reports whether a finding says no more than the letter's list of projects that
// were not reported yet.
func isMissing(f state.Finding) bool { return f.Rule == "project-missing" }

// lacking are the projects still to come that no item of the letter asks for.
func lacking(a Answer) []string {
	return slices.DeleteFunc(slices.Clone(a.Dept.Lack), func(project string) bool {
		return slices.ContainsFunc(a.Try.Findings, func(f state.Finding) bool {
			return isMissing(f) && f.Level == state.LevelError && f.Project == project
		})
	})
}

// law tells of each finding what round two allows: still open, or created by the edit. What
// we forgot is no finding of the department's any more (ingest, the law of round two). It is
// the first round when nothing was told before.
func (c *Composer) law(a Answer) func(state.Finding) standing {
	if a.Prior == nil {
		return firstTold
	}
	return func(f state.Finding) standing {
		for _, p := range a.Prior {
			if sameDefect(p, f) {
				return standsOpen
			}
		}
		return standsNew
	}
}

// sameDefect reports whether two findings of different versions are the same complaint.
func sameDefect(a, b state.Finding) bool {
	return a.Rule == b.Rule && a.Project == b.Project && a.Column == b.Column
}

// repaired counts the items of the letter before of which nothing is left.
func (c *Composer) repaired(a Answer) int {
	var gone []state.Finding
	for _, p := range a.Prior {
		left := false
		for _, f := range a.Try.Findings {
			left = left || sameDefect(p, f)
		}
		if !left {
			gone = append(gone, p)
		}
	}
	return len(c.items(gone, nil, firstTold))
}

// maxReturned bounds the marked workbooks of one letter, in bytes.
const maxReturned = 8 << 20

const typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// marked returns the department's own workbooks with the cells marked. A workbook that
// cannot be marked is left out, and the letter says nothing of an attachment: the items in
// it are complete. Only a blob that cannot be read is an error.
func (c *Composer) marked(a Answer) ([]File, error) {
	if c.Mark == nil || c.Blob == nil {
		return nil, nil
	}
	var out []File
	size, all := 0, c.numbered(a)
	for _, b := range a.Try.Books {
		findings := ofBook(all, b.Name, len(a.Try.Books) == 1)
		if b.Markable == "" || len(findings) == 0 {
			continue
		}
		xlsx, err := c.Blob(b.Markable)
		if err != nil {
			return nil, fmt.Errorf("fetch workbook %q: %w", b.Name, err)
		}
		data, err := c.Mark(xlsx, b.Name, findings)
		if size += len(data); err != nil || len(data) == 0 || size > maxReturned {
			continue
		}
		base := strings.TrimSuffix(path.Base(strings.ReplaceAll(b.Name, "\\", "/")), path.Ext(b.Name))
		out = append(out, File{Name: trim(base, quoteCell) + "(标注).xlsx", Type: typeXLSX, Data: data})
	}
	return out, nil
}

// numbered gives the try's findings with the numbers of their items in the letter, so that
// "第3项" is the same in the letter and in every workbook returned with it.
func (c *Composer) numbered(a Answer) []state.Finding {
	var p correctionPage // no marked workbook in it: nothing is cut
	c.list(&p, a)
	type place struct{ rule, book, sheet, cell, project, column string }
	at := func(f state.Finding) place { return place{f.Rule, f.Book, f.Sheet, f.Cell, f.Project, f.Column} }
	numbers := map[place]int{}
	for i, it := range slices.Concat(p.Must, p.Ask, p.Deferred) {
		for _, f := range it.of {
			numbers[at(f)] = i + 1
		}
	}
	out := slices.Clone(a.Try.Findings)
	for i := range out {
		out[i].Item = numbers[at(out[i])]
	}
	return out
}

// ofBook lists what a department is told about one workbook, findings that follow from
// others included: their cells are marked too.
func ofBook(findings []state.Finding, book string, only bool) []state.Finding {
	var out []state.Finding
	for _, f := range findings {
		if f.Level != state.LevelNote && !(f.Level == state.LevelWarning && f.Explained != "") && (f.Book == book || f.Book == "" && only) {
			out = append(out, f)
		}
	}
	return out
}
