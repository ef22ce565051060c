package ingest

import "duban/state"

// besideReports takes a reply to one of our letters that asks for no report (a circular or a
// reminder of it, a month's scores) for what it is: words on what was put right, or an objection,
// which the office reads. Its subject quotes ours and speaks of reports, and what it says of weeks
// without change is about those; without a workbook it is no report, and its numbers are not those
// of a letter of correction. It is filed under the running week, where the reminders look for it.
func (d Desk) besideReports(r *state.Records, p *Place, a Arrival) (mine bool, err error) {
	m := a.Opened.Message
	if p.forged || p.Auto.Kind != "" || p.Dept == "" || len(p.Books) > 0 || len(m.Links) > 0 || d.Schedule == nil {
		return false, nil
	}
	l, err := referredTo(r, m, func(*state.Letter) bool { return true }) // whichever it is
	if err != nil || l == nil {
		return false, err
	}
	switch l.Kind {
	case state.TopicCircular, state.TopicRectify:
		p.Reason = "replies to a circular"
	case state.TopicScore:
		p.Reason = "replies to a month's scores"
	default:
		return false, nil
	}
	p.Kind, p.Findings, p.Week = state.MailOther, nil, d.Schedule.Running(a.Mail.Received)
	return true, nil
}
