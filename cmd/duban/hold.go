package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"

	"duban/state"
)

// holdCmd keeps the leaders' letter of a week back.
type holdCmd struct{ sayFlags }

// releaseCmd lets it go again.
type releaseCmd struct{ sayFlags }

// sayFlags are what every decision of the office needs: why, by whom, about which week.
type sayFlags struct {
	Reason string `required:"" placeholder:"原因" help:"为什么。"`
	By     string `required:"" placeholder:"姓名" help:"谁定的。"`
	Week   string `placeholder:"周次" help:"周次;不写就是还没有汇总的那一周。"`
}

func (c *holdCmd) Run(ctx context.Context, in *invocation) error    { return c.say(ctx, in, true) }
func (c *releaseCmd) Run(ctx context.Context, in *invocation) error { return c.say(ctx, in, false) }

// say records the decision. Letters already with the mail server cannot be called back;
// what they are is told.
func (c *sayFlags) say(ctx context.Context, in *invocation, hold bool) error {
	if strings.TrimSpace(c.Reason) == "" || strings.TrimSpace(c.By) == "" {
		return usage{"请写明原因(--reason)和决定人(--by)。"}
	}
	return in.inOffice(ctx, func(ctx context.Context, o *office) error {
		w, err := o.undecided(ctx, c.Week)
		if err != nil {
			return err
		}
		var sent, waiting int
		err = o.archive.store.Update(ctx, func(r *state.Records) error {
			if sent, waiting, err = leadersCopies(r, w); err != nil {
				return err
			}
			told, err := r.Frozen(w)
			if err != nil {
				return err
			}
			if told && waiting == 0 && !o.now().Before(o.cfg.Schedule.FreezeAt(w)) {
				return usage{fmt.Sprintf("%s 的领导周报已经办完,不能再暂缓或放行。", w)}
			}
			now, err := r.Hold(w)
			if err != nil {
				return err
			}
			if now.Held == hold && now.Round > 0 || !hold && now.Round == 0 {
				return usage{fmt.Sprintf("%s 的领导周报本来就%s。", w, map[bool]string{true: "已暂缓", false: "没有暂缓,会按时发出"}[hold])}
			}
			return r.TakeSay(state.Say{Week: w, Held: hold, Reason: c.Reason, By: c.By, At: o.now()})
		})
		if err != nil {
			return err
		}
		return c.tell(in, o, w, hold, sent, waiting)
	})
}

func (c *sayFlags) tell(in *invocation, o *office, w state.Week, hold bool, sent, waiting int) error {
	at := o.cfg.Schedule.SummaryAt(w)
	switch {
	case hold && sent > 0:
		fmt.Fprintf(in.stdout, "%s 已暂缓:其中%d份已经发出,收不回来;其余%d份和更正版不再发出。\n", w, sent, waiting)
	case hold:
		fmt.Fprintf(in.stdout, "%s 的领导周报已暂缓,放行以前不会发出。放行:duban release --week %s --reason 原因 --by 姓名\n", w, w)
	case o.now().Before(at):
		fmt.Fprintf(in.stdout, "%s 的领导周报已放行,将于%s发出。\n", w, at.Format("1月2日15:04"))
	default:
		fmt.Fprintf(in.stdout, "%s 的领导周报已放行,下一轮发出。\n", w)
	}
	return nil
}

// undecided is the week a decision is about: the one named, else the last whose letter is
// still to come or is held beyond its time, else the current one.
func (o *office) undecided(ctx context.Context, name string) (state.Week, error) {
	if name != "" {
		return o.week(name)
	}
	w := o.cfg.Schedule.Running(o.now())
	prev := o.cfg.Schedule.Previously(o.cfg.Schedule.Current(o.now()))
	err := o.archive.store.View(ctx, func(r *state.Records) error {
		h, err := r.Hold(prev)
		if h.Held {
			w = prev
		}
		return err
	})
	if err != nil {
		return state.Week{}, fmt.Errorf("read what is held: %w", err)
	}
	return w, nil
}

// leadersCopies counts the copies of the leaders' letter, in every edition, that left and those that wait.
func leadersCopies(r *state.Records, w state.Week) (sent, waiting int, err error) {
	letters, err := r.LettersOf(w)
	if err != nil {
		return 0, 0, err
	}
	for _, l := range letters {
		if l.Kind != state.TopicSummary && l.Kind != state.TopicStanding {
			continue
		}
		for _, d := range l.Deliveries {
			switch d.Phase {
			case state.PhaseSent, state.PhaseSending, state.PhaseDoubtful:
				sent++
			case state.PhaseQueued:
				waiting++
			}
		}
	}
	return sent, waiting, nil
}

// oneTimeCode draws the eight digits of a code.
func oneTimeCode() (string, error) {
	const codes = 100_000_000
	n, err := rand.Int(rand.Reader, big.NewInt(codes))
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	return fmt.Sprintf("%08d", n), nil
}
