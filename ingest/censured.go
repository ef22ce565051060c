package ingest

import (
	"slices"

	"duban/state"
)

// aboutCircular takes a reply to a circular, or to a reminder of it, for what it is: words on
// what was put right, which the office reads. Its subject quotes ours and speaks of projects and
// reports; without a workbook it is no report that lacks one. It is filed under the running
// week, where the reminders look for it.
func (d Desk) aboutCircular(r *state.Records, p *Place, a Arrival) error {
	m := a.Opened.Message
	if p.forged || p.Auto.Kind != "" || p.Dept == "" || len(p.Books) > 0 || len(m.Links) > 0 || d.Schedule == nil {
		return nil
	}
	for _, id := range slices.Backward(append(slices.Clone(m.References), m.InReplyTo)) {
		l, err := r.LetterByMessageID(id)
		if err != nil {
			return err
		}
		if l == nil {
			continue
		}
		if l.Kind == state.TopicCircular || l.Kind == state.TopicRectify {
			p.Kind, p.Reason, p.Findings = state.MailOther, "replies to a circular", nil
			p.Week = d.Schedule.Running(a.Mail.Received)
		}
		return nil // the newest of ours it knows is what it answers
	}
	return nil
}
