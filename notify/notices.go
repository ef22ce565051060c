package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/state"
)

const (
	maxNotices = 50                 // notices of one tick
	oldNews    = 7 * 24 * time.Hour // mail older than this at our first poll is no news
	maxAgain   = 9                  // notices about one letter
)

// notices tells the office of what waits on the attention list, and takes it off with the
// same transaction. The list is empty in an ordinary tick.
func (p *Planner) notices(ctx context.Context, f facts) error {
	now := f.now
	var mails []state.Mail
	var letters []state.Letter
	var begun time.Time
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if mails, err = r.AttentionMails(maxNotices); err != nil {
			return err
		}
		if letters, err = r.AttentionLetters(maxNotices); err != nil {
			return err
		}
		begun, err = r.Begun()
		return err
	})
	if err != nil || len(mails)+len(letters) == 0 {
		return err
	}
	slices.SortStableFunc(mails, func(a, b state.Mail) int { return a.Received.Compare(b.Received) })
	var errs []error
	for _, m := range mails {
		pack, err := p.aboutMail(ctx, m, begun, now)
		if err == nil {
			// One at a time: whether a stranger was already told of depends on the one before.
			err = p.queue(ctx, pack, now)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("notice about mail %.12s: %w", m.ID, err))
		}
	}
	restored := slices.DeleteFunc(slices.Clone(letters), func(l state.Letter) bool { return !heldByRestore(l) })
	if len(restored) > 0 {
		if err := p.tellRestored(ctx, restored, now); err != nil {
			errs = append(errs, fmt.Errorf("notice about %d letters after a restore: %w", len(restored), err))
		}
	}
	for _, l := range slices.DeleteFunc(letters, heldByRestore) {
		in, err := p.aboutLetter(ctx, l, now)
		if err == nil {
			err = p.queue(ctx, []intent{in}, now)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("notice about letter %s: %w", l.Key, err))
		}
	}
	return errors.Join(errs...)
}

// aboutMail is what the office hears of a mail: of a stranger once a day, of a bounce, of
// what was set aside; and what the departments hear whose projects it reports. Our own copies
// say nothing to the office; they settle doubts.
func (p *Planner) aboutMail(ctx context.Context, m state.Mail, begun, now time.Time) ([]intent, error) {
	attended := func(r *state.Records) error { return r.AttendedMail(m.ID) }
	switch {
	case m.Kind == state.MailOwn:
		return []intent{{also: func(r *state.Records) error { return errors.Join(arrived(r, m), attended(r)) }}}, nil
	case m.Received.Before(begun.Add(-oldNews)):
		return []intent{{also: attended}}, nil
	}
	n := Notice{Mail: &m, Matter: matterOf(m), Now: now}
	if m.Week.IsZero() { // filed under the running week, so that no list grows for ever
		m.Week = p.Composer.Schedule.Current(now)
	}
	also := attended
	if n.Matter == MatterBounce {
		also = func(r *state.Records) error { return errors.Join(cameBack(r, m), attended(r)) }
	}
	told := false
	err := p.Store.View(ctx, func(r *state.Records) (err error) {
		if m.LetterID != "" {
			if n.Letter, err = r.Letter(m.LetterID); err != nil {
				return err
			}
		}
		if n.Matter == MatterUnknown || n.Matter == MatterForged {
			told, err = toldOf(r, m, n.Matter, p.Composer.Schedule.Zone, now)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	owners, asked, err := p.owners(ctx, m, now)
	if err != nil {
		return nil, err
	}
	if told {
		return append(owners, intent{also: also}), nil
	}
	n.Owners = asked
	if n.Matter == MatterUnknown && len(m.Books) > 0 {
		if also, err = p.claimable(&n, also); err != nil {
			return nil, err
		}
	}
	draft, err := p.Composer.Notice(n)
	if err != nil {
		return nil, err
	}
	in, err := p.ready(draft, now, also)
	if err != nil || len(m.Columns) == 0 || n.Matter == MatterColumns {
		return append(owners, in), err
	}
	if draft, err = p.Composer.Notice(Notice{Mail: &m, Matter: MatterColumns, Now: now}); err != nil {
		return nil, err
	}
	columns, err := p.ready(draft, now, nil)
	return append(owners, in, columns), err
}

// matterOf is what the office is told a mail is about.
func matterOf(m state.Mail) Matter {
	switch {
	case m.Kind == state.MailBounce:
		return MatterBounce
	case m.Kind == state.MailUnknown:
		return MatterUnknown
	case m.Raise == state.RaiseDisputed:
		return MatterDispute
	case m.Raise == state.RaiseExplained:
		return MatterExplain
	case m.Raise == state.RaiseOrder:
		return MatterOrder
	case m.Raise == state.RaiseClosed:
		return MatterClosed
	case m.Raise == state.RaiseForeign:
		return MatterForeign
	case m.OurFault():
		return MatterOurs
	case misusedCode(m):
		return MatterHeld
	case m.Decision == state.DecisionQuarantine && len(m.Findings) > 0:
		return MatterForged
	case m.Decision == state.DecisionQuarantine && m.Tries > 0:
		return MatterPoison
	case m.Decision != state.DecisionHold && m.Decision != state.DecisionQuarantine && len(m.Columns) > 0:
		return MatterColumns
	}
	return MatterHeld
}

// claimTerm is how long a stranger's mail may be claimed by reply.
const claimTerm = 7 * 24 * time.Hour

// claimable lets the office claim the mail of a notice by reply: the notice prints a code,
// which is given out in the transaction that queues it.
func (p *Planner) claimable(n *Notice, also func(*state.Records) error) (func(*state.Records) error, error) {
	if p.Code == nil {
		return also, nil
	}
	code, err := p.Code()
	if err != nil {
		return nil, fmt.Errorf("draw a one-time code: %w", err)
	}
	m := n.Mail
	n.Code, n.Until = code, n.Now.Add(claimTerm)
	q, err := p.Composer.claimProposal(*m, n.Now, n.Until)
	if err != nil {
		return nil, err
	}
	return func(r *state.Records) error {
		if _, err := r.Propose(q); err != nil {
			return err
		}
		return errors.Join(r.AskWith(q.Key, code), also(r))
	}, nil
}

// claimProposal is the question whose report a stranger's mail is.
func (c *Composer) claimProposal(m state.Mail, now, until time.Time) (state.Proposal, error) {
	return c.asked(state.Proposal{
		Key: string(state.ProposalClaim) + "/" + short(m.ID), Kind: state.ProposalClaim, Week: m.Week, Made: now, Expires: until, Body: []byte(m.ID),
	}, "claim", askClaim{Subject: trim(m.Subject, quoteCell), From: trim(m.From, quoteText), When: c.at(m.Received)})
}

// askClaim is the data of ask-claim.txt.tmpl.
type askClaim struct{ Subject, From, When string }

// toldOf reports whether the office heard of the same address in the same matter on now's day.
func toldOf(r *state.Records, m state.Mail, matter Matter, zone *time.Location, now time.Time) (bool, error) {
	letters, err := r.LettersOf(m.Week)
	if err != nil {
		return false, err
	}
	for _, l := range letters {
		if l.Kind != state.TopicNotice || !strings.Contains(l.Key, "/"+string(matter)+"-") ||
			l.QueuedAt.In(zone).Format(time.DateOnly) != now.In(zone).Format(time.DateOnly) {
			continue
		}
		earlier, err := r.Mail(l.Cause)
		if err != nil {
			return false, err
		}
		if earlier != nil && strings.EqualFold(earlier.From, m.From) {
			return true, nil
		}
	}
	return false, nil
}

// tellRestored asks the office in one letter about all that waits for its word after a restore.
func (p *Planner) tellRestored(ctx context.Context, held []state.Letter, now time.Time) error {
	in, err := p.aboutLetter(ctx, held[0], now, held...)
	if err != nil {
		return err
	}
	first := in.also
	in.also = func(r *state.Records) error {
		errs := []error{first(r)}
		for _, l := range held[1:] {
			errs = append(errs, r.AttendedLetter(l.Key))
		}
		return errors.Join(errs...)
	}
	return p.queue(ctx, []intent{in}, now)
}

// aboutLetter is what the office hears of a letter that failed or is in doubt: once each
// time it happens, and nothing of notices themselves, which would never end.
func (p *Planner) aboutLetter(ctx context.Context, l state.Letter, now time.Time, restored ...state.Letter) (intent, error) {
	attended := func(r *state.Records) error { return r.AttendedLetter(l.Key) }
	n := Notice{Letter: &l, Restored: restored, Now: now}
	for _, d := range l.Deliveries {
		switch {
		case d.Phase == state.PhaseDoubtful && !d.LookedFor():
			n.Matter = MatterDoubtful
		case d.Phase == state.PhaseFailed && n.Matter == "":
			n.Matter = MatterFailed
		}
	}
	if n.Matter == "" || l.Kind == state.TopicNotice || l.Kind == state.TopicHealth {
		return intent{also: attended}, nil
	}
	if n.lostAddress(p.Composer.Contacts) != "" { // one notice an address and week, however many letters it loses
		draft, err := p.Composer.Notice(n)
		if err != nil {
			return intent{}, err
		}
		return p.ready(draft, now, attended)
	}
	for ; n.Round < maxAgain; n.Round++ {
		draft, err := p.Composer.Notice(n)
		if err != nil {
			return intent{}, err
		}
		var before *state.Letter
		err = p.Store.View(ctx, func(r *state.Records) (err error) {
			before, err = r.Letter(draft.Key)
			return err
		})
		if err != nil {
			return intent{}, err
		}
		if before == nil {
			return p.ready(draft, now, attended)
		}
	}
	return intent{also: attended}, nil
}
