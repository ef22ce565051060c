package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"duban/state"
)

// proposalsCmd lists what waits for the office's word.
type proposalsCmd struct {
	All  bool `help:"连同已经定过和作废的。"`
	JSON bool `help:"输出一份 JSON。"`
}

// approveCmd lets a proposal happen.
type approveCmd struct {
	Proposal string `arg:"" placeholder:"事项" help:"事项的编号(如 escalation/2026-W41/L05)或信里的编码。"`
	Reason   string `placeholder:"原因" help:"为什么;写进流水账。"`
	By       string `default:"办公室" placeholder:"姓名" help:"谁定的。"`
}

// refuseCmd ends one.
type refuseCmd struct {
	Proposal string `arg:"" placeholder:"事项" help:"事项的编号(如 escalation/2026-W41/L05)或信里的编码。"`
	Reason   string `required:"" placeholder:"原因" help:"为什么;写进流水账。"`
	By       string `default:"办公室" placeholder:"姓名" help:"谁定的。"`
}

// proposalLine is one proposal as `duban proposals --json` prints it. Its code is not printed:
// whoever may run commands needs none.
type proposalLine struct {
	Key     string             `json:"key"`
	Kind    state.ProposalKind `json:"kind"`
	Week    state.Week         `json:"week"`
	Title   string             `json:"title"`
	Lines   []string           `json:"lines"`
	Made    time.Time          `json:"made"`
	Expires time.Time          `json:"expires"`
	Answer  state.Answer       `json:"answer"`
	By      string             `json:"by"`
	Reason  string             `json:"reason"`
	At      *time.Time         `json:"at"`
	Done    *time.Time         `json:"done"`
	Outcome string             `json:"outcome"`
}

func (c *proposalsCmd) Run(ctx context.Context, in *invocation) error {
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		all, err := o.proposed(ctx, c.All)
		if err != nil {
			return err
		}
		if c.JSON {
			lines := make([]proposalLine, 0, len(all))
			for _, q := range all {
				l := proposalLine{Key: q.Key, Kind: q.Kind, Week: q.Week, Title: q.Title, Lines: q.Lines, Made: q.Made, Expires: q.Expires, Answer: q.Answer, By: q.By, Reason: q.Reason, Outcome: q.Outcome}
				l.At, l.Done = unlessZero(q.At), unlessZero(q.Done)
				lines = append(lines, l)
			}
			return in.printJSON(lines)
		}
		if len(all) == 0 {
			fmt.Fprintln(in.stdout, "没有等办公室定的事项。")
		}
		for _, q := range all {
			fmt.Fprintf(in.stdout, "%s  %s\n  %s\n", q.Key, stands(q, o.now(), o.cfg.Schedule.Zone), q.Title)
			for _, line := range q.Lines {
				fmt.Fprintf(in.stdout, "    · %s\n", line)
			}
			if q.Outcome != "" {
				fmt.Fprintf(in.stdout, "    结果:%s\n", q.Outcome)
			}
		}
		return nil
	})
}

// proposed lists the proposals still open, or all of them.
func (o *office) proposed(ctx context.Context, all bool) (out []state.Proposal, err error) {
	err = o.archive.store.View(ctx, func(r *state.Records) error {
		out = nil
		list := r.Pending
		if all {
			list = func() ([]state.Proposal, error) { return r.Proposals("") }
		}
		found, err := list()
		for _, q := range found {
			if all || q.Open(o.now()) {
				out = append(out, q)
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what is proposed: %w", err)
	}
	return out, nil
}

// stands says how a proposal stands.
func stands(q state.Proposal, now time.Time, zone *time.Location) string {
	at := func(t time.Time) string { return t.In(zone).Format("1月2日15:04") }
	switch {
	case q.Answer == state.AnswerYes:
		return fmt.Sprintf("%s %s已同意", q.By, at(q.At))
	case q.Answer == state.AnswerNo:
		return fmt.Sprintf("%s %s不同意", q.By, at(q.At))
	case !now.Before(q.Expires):
		return fmt.Sprintf("%s已作废,没有答复", at(q.Expires))
	}
	return fmt.Sprintf("等办公室定,%s作废", at(q.Expires))
}

func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (c *approveCmd) Run(ctx context.Context, in *invocation) error {
	return in.decideOn(ctx, c.Proposal, state.Decided{Answer: state.AnswerYes, By: c.By, Reason: c.Reason}, "已同意:%s。下一轮办理,并发确认信。\n")
}

func (c *refuseCmd) Run(ctx context.Context, in *invocation) error {
	if strings.TrimSpace(c.Reason) == "" {
		return usage{"请写明原因:--reason 原因。"}
	}
	return in.decideOn(ctx, c.Proposal, state.Decided{Answer: state.AnswerNo, By: c.By, Reason: c.Reason}, "不同意:%s。什么都不会发出,已记下。\n")
}

// decideOn records the office's word on the proposal with this key or code.
func (in *invocation) decideOn(ctx context.Context, name string, d state.Decided, told string) error {
	if strings.TrimSpace(d.By) == "" {
		return usage{"请写明决定人:--by 姓名。"}
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		d.At = o.now()
		var q *state.Proposal
		err := o.archive.store.Update(ctx, func(r *state.Records) (err error) {
			if q, err = proposalNamed(r, name, d.At); err != nil {
				return err
			}
			if q.Kind == state.ProposalClaim && d.Answer == state.AnswerYes {
				return usage{"认领来信要写明单位,请用:duban accept 来信编号 --dept 单位编号 --reason 核实经过。"}
			}
			return r.Decide(q.Key, d)
		})
		switch {
		case errors.Is(err, state.ErrNoProposal) || errors.Is(err, state.ErrCodeUnknown):
			return usage{fmt.Sprintf("没有编号或编码为“%s”的事项,请用 duban proposals 查看。", name)}
		case errors.Is(err, state.ErrCodeUsed):
			return usage{"这件事已经定过,不再改。用 duban proposals --all 可以看到是谁定的。"}
		case errors.Is(err, state.ErrCodeExpired):
			return usage{"这件事已过答复期限,作废了。"}
		case err != nil:
			return err
		}
		fmt.Fprintf(in.stdout, told, q.Title)
		return nil
	})
}

// proposalNamed finds a proposal by its key or by the code of its letter.
func proposalNamed(r *state.Records, name string, now time.Time) (*state.Proposal, error) {
	if strings.Contains(name, "/") {
		q, err := r.Proposal(name)
		if err == nil && q == nil {
			err = state.ErrNoProposal
		}
		return q, err
	}
	e, err := r.CodeErrand(name, now)
	if err == nil && e.Proposal == nil {
		err = usage{"这个编码是领导周报的,请用 duban hold 或 duban release。"}
	}
	return e.Proposal, err
}
