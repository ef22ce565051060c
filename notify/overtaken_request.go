package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"duban/state"
)

// A reminder of a request that waits for the mail server is given up when the request has been
// answered, closed or handed over anew, or when a later step says it instead; a list for a lead
// leader, as soon as one of its requests is answered. Nobody is told of a silence that is over,
// nor asked, or alarmed, about what has been solved or is said in other words by now.

// requestPast reports whether such a letter would not be written any more.
func (p *Planner) requestPast(ctx context.Context, f facts, l state.Letter) (past bool, err error) {
	parts := strings.Split(l.Key, "/") // requestdue/I07/1/2, or requestdue/L05/20260923T1805
	err = p.Store.View(ctx, func(r *state.Records) error {
		past = false
		if len(parts) == 4 {
			delivered, err := silentSince(r, parts[1], parts[2])
			past = delivered.IsZero() || fmt.Sprint(docket{facts: f}.newest(delivered).step) != parts[3]
			return err
		}
		q, err := r.Proposal("request/" + strings.Join(parts[1:], "/"))
		if err != nil || q == nil {
			return err
		}
		var body raised
		if err := json.Unmarshal(q.Body, &body); err != nil {
			return fmt.Errorf("read the list: %w", err)
		}
		for _, a := range body.Sent {
			delivered, err := silentSince(r, a.Issue, fmt.Sprint(a.Round))
			if past = past || delivered.IsZero(); err != nil {
				return err
			}
		}
		return nil
	})
	return past, err
}

// silentSince is when the running round of an issue reached the department that leads, which has
// not answered; zero when it is another round, or is answered or closed by now.
func silentSince(r *state.Records, issue, round string) (time.Time, error) {
	i, err := r.Issue(issue)
	if err != nil || i == nil || !i.Open() {
		return time.Time{}, err
	}
	ask := i.LastAsk()
	if ask == nil || fmt.Sprint(ask.Round) != round || len(ask.Answers) > 0 {
		return time.Time{}, nil
	}
	l, err := r.Letter(ask.Letter)
	if err != nil || l == nil {
		return time.Time{}, err
	}
	return l.Delivered(), nil
}

// issuePast reports whether a request or an urgent word speaks of an issue that is closed, or in
// words that were said otherwise since.
func (p *Planner) issuePast(ctx context.Context, l state.Letter) (past bool, err error) {
	parts := strings.Split(l.Key, "/") // request/I07/D13/1, or urgent/I07/3f2a…
	err = p.Store.View(ctx, func(r *state.Records) error {
		past = false
		i, err := r.Issue(parts[1])
		if err != nil || i == nil {
			return err
		}
		if l.Kind == state.TopicUrgent {
			past = !i.Closed.IsZero() || parts[2] != urgentKey(*i)
			return nil
		}
		ask := i.LastAsk()
		past = !i.Open() || ask != nil && ask.Round != l.Round
		return nil
	})
	return past, err
}
