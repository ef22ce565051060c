package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"duban/configs"
	"duban/ingest"
	"duban/ingest/rules"
	"duban/state"
	"duban/state/blobs"
)

// inspectCmd judges files as the daemon would; it stores and sends nothing.
type inspectCmd struct {
	From  string   `placeholder:"地址" help:"当作从这个地址发来(表格文件没有发件人)。"`
	At    string   `placeholder:"时间" help:"当作这时收到(RFC 3339);不写就是现在。"`
	JSON  bool     `help:"输出一份 JSON。"`
	Files []string `arg:"" name:"file" placeholder:"文件" help:".eml 邮件或表格文件。"`
}

// inspected is one file as `duban inspect --json` prints it (contract).
type inspected struct {
	File       string          `json:"file"`
	Kind       state.MailKind  `json:"kind"`
	Department string          `json:"department"`
	Week       state.Week      `json:"week"`
	Decision   state.Decision  `json:"decision"`
	Workbooks  []inspectedBook `json:"workbooks"`
	Findings   []state.Finding `json:"findings"`
	Rows       []inspectedRow  `json:"rows"`
}

type inspectedBook struct {
	Name   string   `json:"name"`
	Unit   string   `json:"unit"` // 填报单位 as the sheet writes it; "" when it does not
	Sheets []string `json:"sheets"`
	Rows   int      `json:"rows"`
}

type inspectedRow struct {
	Project string                   `json:"project"`
	Class   state.Class              `json:"class"`
	Book    string                   `json:"book"`
	Sheet   string                   `json:"sheet"`
	Row     int                      `json:"row"`
	Values  map[string]inspectedCell `json:"values"`
}

type inspectedCell struct {
	Cell  string  `json:"cell"`
	Value *string `json:"value"` // null when the cell has no certain value
}

func (c *inspectCmd) Run(ctx context.Context, in *invocation) error {
	at := in.now()
	if c.At != "" {
		var err error
		if at, err = time.Parse(time.RFC3339, c.At); err != nil {
			return usage{fmt.Sprintf("“%s”不是时间,应写成 2026-09-18T16:30:00+08:00。", c.At)}
		}
	}
	if in.config == "" {
		desk, opener, err := bareDesk()
		if err != nil {
			return err
		}
		defer opener.Close()
		return c.inspect(ctx, in, at, opener, func(a ingest.Arrival) (state.Mail, error) {
			v, err := desk.Take(nil, a)
			return v.Mail, err
		})
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		return c.inspect(ctx, in, at, o.opener, func(a ingest.Arrival) (state.Mail, error) {
			var v ingest.Verdict
			err := o.archive.store.View(ctx, func(r *state.Records) (err error) {
				v, err = o.collector.Desk.Take(r, a)
				return err
			})
			return v.Mail, err
		})
	})
}

// bareDesk judges without a configuration: the built-in form and rules, no registry, no
// records.
func bareDesk() (ingest.Desk, *ingest.Worker, error) {
	form, err := configs.BuiltinForm()
	if err != nil {
		return ingest.Desk{}, nil, err
	}
	set, faults := rules.Load(configs.BuiltinRules(), "rules.yaml", form)
	if len(faults) > 0 {
		return ingest.Desk{}, nil, fmt.Errorf("built-in rules: %v", faults)
	}
	worker, err := childWorker(form)
	return ingest.Desk{Form: form, Rules: set}, worker, err
}

// inspect opens and judges each file. One that cannot be opened does not hold up the others.
func (c *inspectCmd) inspect(ctx context.Context, in *invocation, at time.Time, opener ingest.Opener, judge func(ingest.Arrival) (state.Mail, error)) error {
	report := struct {
		Files []inspected `json:"files"`
	}{[]inspected{}}
	var errs []error
	for _, name := range c.Files {
		data, err := os.ReadFile(in.path(name))
		if err != nil {
			errs = append(errs, unread(name, err))
			continue
		}
		job := ingest.Job{Data: data, Year: at.Year()}
		if !strings.EqualFold(filepath.Ext(name), ".eml") {
			job.Name = filepath.Base(name)
		}
		m, err := c.judge(ctx, opener, job, at, judge)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			continue
		}
		report.Files = append(report.Files, inspectedOf(name, m))
	}
	if c.JSON {
		return errors.Join(append(errs, in.printJSON(report))...)
	}
	for _, f := range report.Files {
		in.printInspected(f)
	}
	return errors.Join(errs...)
}

// judge opens one file and has it judged, as if it had come from the address given.
func (c *inspectCmd) judge(ctx context.Context, opener ingest.Opener, job ingest.Job, at time.Time, judge func(ingest.Arrival) (state.Mail, error)) (state.Mail, error) {
	opened, err := opener.Open(ctx, job)
	if err != nil {
		return state.Mail{}, err
	}
	if c.From != "" {
		opened.Message.From, opened.Message.FromHeaders = []ingest.Address{{Addr: strings.ToLower(c.From)}}, 1
	}
	return judge(ingest.Arrival{Mail: state.Mail{ID: blobs.Sum(job.Data), Received: at, Size: int64(len(job.Data))}, Opened: opened})
}

func inspectedOf(name string, m state.Mail) inspected {
	f := inspected{
		File: name, Kind: m.Kind, Department: m.Dept, Week: m.Week, Decision: m.Decision,
		Workbooks: []inspectedBook{}, Findings: append([]state.Finding{}, m.Findings...), Rows: []inspectedRow{},
	}
	for _, b := range m.Books {
		book := inspectedBook{Name: b.Name, Unit: b.UnitName, Sheets: []string{}}
		for _, s := range b.Sheets {
			if len(s.Rows) == 0 {
				continue
			}
			book.Sheets = append(book.Sheets, s.Name)
			book.Rows += len(s.Rows)
			for _, r := range s.Rows {
				f.Rows = append(f.Rows, rowOf(b.Name, r))
			}
		}
		f.Workbooks = append(f.Workbooks, book)
	}
	return f
}

func rowOf(book string, r state.Row) inspectedRow {
	row := inspectedRow{Project: r.Project, Class: r.Class, Book: book, Sheet: r.Sheet, Row: r.No, Values: map[string]inspectedCell{}}
	for id, v := range r.Values {
		cell := inspectedCell{Cell: v.Cell}
		if v.Doubt == "" {
			text := v.Text
			cell.Value = &text
		}
		row.Values[id] = cell
	}
	return row
}

func (in *invocation) printInspected(f inspected) {
	fmt.Fprintf(in.stdout, "%s:%s,%s", f.File, mailWords[f.Kind], decisionWords[f.Decision])
	if f.Department != "" {
		fmt.Fprintf(in.stdout, ",%s", f.Department)
	}
	if !f.Week.IsZero() {
		fmt.Fprintf(in.stdout, ",%s", f.Week)
	}
	fmt.Fprintln(in.stdout)
	for _, b := range f.Workbooks {
		fmt.Fprintf(in.stdout, "  %s:%s,%d行\n", b.Name, strings.Join(b.Sheets, "、"), b.Rows)
	}
	for _, x := range f.Findings {
		fmt.Fprintf(in.stdout, "  %s %s %s:%s(%s)\n", levelWords[x.Level], x.Sheet, x.Cell, x.Message, x.Rule)
	}
}

// What a mail is and what is done with it, as the office reads it; --json has the contract's words.
var (
	mailWords = map[state.MailKind]string{
		state.MailSubmission: "报表", state.MailAnswer: "答复", state.MailNil: "本周无变化", state.MailAutoReply: "自动回复", state.MailBounce: "退信",
		state.MailRecall: "撤回通知", state.MailOwn: "本程序发出的信", state.MailUnknown: "没有登记的来信", state.MailOther: "其他来信",
	}
	decisionWords = map[state.Decision]string{
		state.DecisionAccept: "采用", state.DecisionCorrect: "请补正", state.DecisionQuarantine: "单独存放", state.DecisionIgnore: "不处理", state.DecisionHold: "请办公室看",
	}
)

// unread tells that a file named on the command line cannot be read.
func unread(name string, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("没有文件“%s”,请核对文件名和所在的目录", name)
	}
	return fmt.Errorf("读不到文件“%s”:%w", name, err)
}
