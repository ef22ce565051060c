package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"duban/state"
)

// issuesCmd shows the ledger of issues.
type issuesCmd struct {
	All  bool `help:"连同已销号、已合并的。"`
	JSON bool `help:"输出一份 JSON。"`
}

// issueLine is one issue as `duban issues --json` prints it.
type issueLine struct {
	state.Issue
	Name string `json:"project_name"`
	// Given is when the running round was delivered to the department that leads; Due until
	// when it is to answer and Left how many working days that is from now, the last day
	// included, negative when it is past. All three are null before.
	Given    *time.Time `json:"given"`
	Due      *time.Time `json:"due"`
	Left     *int       `json:"workdays_left"`
	Answered *time.Time `json:"answered"`
}

func (c *issuesCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		lines, err := o.issueLines(ctx, c.All)
		if err != nil {
			return err
		}
		if c.JSON {
			return in.printJSON(lines)
		}
		t := tabwriter.NewWriter(in.stdout, 0, 8, 2, ' ', 0)
		fmt.Fprintln(t, "编号\t项目\t提出\t协调单位\t答复期限\t情况\t问题")
		for _, l := range lines {
			due := "—"
			if l.Due != nil {
				due = l.Due.In(o.cfg.Schedule.Zone).Format("1月2日15:04")
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.Name, o.raisedBy(l.Issue), o.unitNames(l.Units), due, l.standing(), l.Text)
		}
		return t.Flush()
	})
}

// standing says how far an issue is, in a few words.
func (l issueLine) standing() string {
	switch {
	case l.Merged != "":
		return "并入" + l.Merged
	case !l.Closed.IsZero():
		return "已销号"
	case l.Answered != nil:
		return "已答复"
	case l.Left != nil && *l.Left < 0:
		return "逾期未答复"
	case l.Left != nil:
		return fmt.Sprintf("还有%d个工作日", *l.Left)
	case l.LastAsk() != nil:
		return "由办公室联系"
	}
	return "未转办"
}

// issueLines gathers the ledger with the clocks of what was handed over.
func (o *office) issueLines(ctx context.Context, closed bool) ([]issueLine, error) {
	lines := []issueLine{}
	err := o.archive.store.View(ctx, func(r *state.Records) error {
		lines = lines[:0]
		all, err := r.Issues()
		if err != nil {
			return err
		}
		for _, i := range all {
			if !closed && !i.Open() {
				continue
			}
			l := issueLine{Issue: i, Name: i.Project}
			if p := o.roster().Project(i.Project); p != nil {
				l.Name = p.Name
			}
			if err := o.clock(r, &l); err != nil {
				return err
			}
			lines = append(lines, l)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the ledger of issues: %w", err)
	}
	return lines, nil
}

// clock fills in the times of the round that runs.
func (o *office) clock(r *state.Records, l *issueLine) error {
	ask := l.LastAsk()
	if ask == nil {
		return nil
	}
	if n := len(ask.Answers); n > 0 {
		l.Answered = &ask.Answers[n-1].At
	}
	letter, err := r.Letter(ask.Letter)
	if err != nil || letter == nil || len(ask.Units) == 0 || letter.Delivered().IsZero() {
		return err
	}
	s := o.cfg.Schedule
	given := letter.Delivered()
	due := s.AnswerDue(given)
	left := s.Calendar.Workdays(o.now().In(s.Zone), due)
	if o.now().After(due) {
		left = -s.Calendar.Workdays(due, o.now().In(s.Zone)) - 1
	}
	l.Given, l.Due, l.Left = &given, &due, &left
	return nil
}

// raisedBy is who put an issue on the list: the department that reported it, or the leader who
// asks for it.
func (o *office) raisedBy(i state.Issue) string {
	if l := o.cfg.Roster.Leader(i.Leader); l != nil {
		return l.Title + l.Name
	}
	return o.unitName(i.Dept)
}

func (o *office) unitName(id string) string {
	if d := o.cfg.Roster.Dept(id); d != nil {
		return d.Short
	}
	for _, u := range o.cfg.Roster.Units {
		if u.ID == id {
			return u.Name
		}
	}
	return id
}

func (o *office) unitNames(ids []string) string {
	var names []string
	for _, id := range ids {
		names = append(names, o.unitName(id))
	}
	return strings.Join(names, "、")
}

// unitNamed finds a department or an external unit by its id or its name.
func (o *office) unitNamed(word string) (string, error) {
	if id := o.cfg.Roster.UnitCalled(word); id != "" {
		return id, nil
	}
	return "", usage{fmt.Sprintf("名册里没有单位“%s”,请写编号(如 D05、E01)或名称。", word)}
}

// issueCmd is the office's decision on one issue.
type issueCmd struct {
	Close  issueCloseCmd  `cmd:"" help:"销号。"`
	Merge  issueMergeCmd  `cmd:"" help:"并入另一个问题,以后用那一个编号。"`
	Assign issueAssignCmd `cmd:"" help:"改由写明的单位办理(第一个牵头),重新交办。"`
	Answer issueAnswerCmd `cmd:"" help:"登记电话、当面得到的答复,随即转告提出单位。"`
	Reopen issueReopenCmd `cmd:"" help:"答复没有解决问题:再次转办,重新计3个工作日。"`
}

// issueSaid is what every such decision says.
type issueSaid struct {
	ID     string `arg:"" placeholder:"编号" help:"问题编号,如 I07。"`
	Reason string `required:"" placeholder:"原因" help:"为什么,或答复的内容。"`
	By     string `required:"" placeholder:"姓名" help:"谁定的。"`
}

type issueCloseCmd struct{ issueSaid }

func (c *issueCloseCmd) Run(ctx context.Context, in *invocation) error {
	return c.say(ctx, in, "已销号", func(*office) (state.Word, error) { return state.Word{Kind: state.WordSolved}, nil })
}

type issueMergeCmd struct {
	issueSaid
	Into string `required:"" placeholder:"编号" help:"并入哪一个。"`
}

func (c *issueMergeCmd) Run(ctx context.Context, in *invocation) error {
	return c.say(ctx, in, "已并入 "+c.Into, func(*office) (state.Word, error) {
		return state.Word{Kind: state.WordMerge, Into: c.Into}, nil
	})
}

type issueAssignCmd struct {
	issueSaid
	Units []string `arg:"" placeholder:"单位" help:"单位编号或名称,牵头的写在前面。"`
}

func (c *issueAssignCmd) Run(ctx context.Context, in *invocation) error {
	return c.say(ctx, in, "已改派,下一轮交办", func(o *office) (state.Word, error) {
		w := state.Word{Kind: state.WordAssign}
		for _, word := range c.Units {
			id, err := o.unitNamed(word)
			if err != nil {
				return w, err
			}
			w.Units = append(w.Units, id)
		}
		return w, nil
	})
}

type issueAnswerCmd struct {
	issueSaid
	From string `required:"" placeholder:"单位" help:"哪个单位答复的。"`
}

func (c *issueAnswerCmd) Run(ctx context.Context, in *invocation) error {
	return c.say(ctx, in, "答复已登记,随即转告提出单位", func(o *office) (state.Word, error) {
		id, err := o.unitNamed(c.From)
		return state.Word{Kind: state.WordAnswer, Dept: id}, err
	})
}

type issueReopenCmd struct{ issueSaid }

func (c *issueReopenCmd) Run(ctx context.Context, in *invocation) error {
	return c.say(ctx, in, "将再次转办", func(*office) (state.Word, error) { return state.Word{Kind: state.WordUnsolved}, nil })
}

// say records a decision on an issue, with who made it and why.
func (c *issueSaid) say(ctx context.Context, in *invocation, done string, decide func(*office) (state.Word, error)) error {
	if strings.TrimSpace(c.Reason) == "" || strings.TrimSpace(c.By) == "" {
		return usage{"请写明原因(--reason)和决定人(--by)。"}
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		w, err := decide(o)
		if err != nil {
			return err
		}
		w.Issue, w.Text, w.By, w.Staff, w.At, w.Week = c.ID, c.Reason, c.By, true, o.now(), o.cfg.Schedule.Running(o.now())
		err = o.archive.store.Update(ctx, func(r *state.Records) error { return r.Speak(w) })
		switch {
		case errors.Is(err, state.ErrNoIssue):
			return usage{fmt.Sprintf("没有这个问题:%s。用 duban issues 查看编号。", strings.TrimRight(c.ID+"、"+w.Into, "、"))}
		case errors.Is(err, state.ErrIssueClosed):
			return usage{c.ID + " 已经销号或并入别的问题。"}
		case errors.Is(err, state.ErrNotHanded):
			return usage{c.ID + " 还没有转办,或还没有答复。"}
		case err != nil:
			return err
		}
		fmt.Fprintf(in.stdout, "%s %s。\n", c.ID, done)
		return nil
	})
}
