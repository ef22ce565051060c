package ingest

import (
	"slices"
	"time"

	"duban/state"
)

// weekOf is the department's week to bring up to date, sharing nothing with what is known.
func (d Desk) weekOf(p Place, k Known) state.DeptWeek {
	if k.Dept == nil {
		return state.DeptWeek{Week: p.Week, Dept: p.Dept, State: state.Missing}
	}
	w := *k.Dept
	w.Tries, w.Rows, w.Open = slices.Clone(w.Tries), slices.Clone(w.Rows), slices.Clone(w.Open)
	w.Wait, w.Lack = slices.Clone(w.Wait), slices.Clone(w.Lack)
	w.Parked, w.Replies, w.Rulings = slices.Clone(w.Parked), slices.Clone(w.Replies), slices.Clone(w.Rulings)
	return w
}

// try is the mail as one try of the week; the first one decides whether the department was
// on time, whatever its quality.
func (d Desk) try(m state.Mail, p Place, w *state.DeptWeek, k Known) state.Try {
	t := state.Try{
		Mail: m.ID, MessageID: m.MessageID, Received: m.Received, From: m.From, Subject: m.Subject,
		Decision: m.Decision, Late: d.Schedule.Late(d.Schedule.Deadline(w.Week), m.Received),
	}
	if w.First.IsZero() {
		w.First, w.Late = m.Received, t.Late && w.Excused == nil
	}
	if last := w.Last(); last != nil && len(w.Open) > 0 {
		by := d.Schedule.ResubmitBy(told(w)) // counted from the faulty mail while no letter has left
		if k.Told.Letter != nil {
			by = k.Told.Letter.ReplyBy
		}
		t.Overdue = m.Received.After(by.Add(state.LastSecond + d.Schedule.Grace))
	}
	for _, b := range p.Books {
		rows := d.ownRows(p, b)
		if rows == 0 && len(b.Rows()) > 0 && len(p.Besides) > 0 {
			continue // it is another department's of the same mail
		}
		tb := state.TryBook{Name: b.Name, Format: b.Format, Blob: b.Blob, Markable: b.Markable, Refused: b.Refused, Rows: rows}
		for _, s := range b.Sheets {
			if s.Skipped == "" {
				tb.Sheets = append(tb.Sheets, s.Name)
			}
		}
		t.Books = append(t.Books, tb)
	}
	return t
}

// told is when the department could first know of what is open: the receipt of its last
// faulty mail, which is answered within the poll.
func told(w *state.DeptWeek) time.Time {
	for i := len(w.Tries) - 1; i >= 0; i-- {
		if w.Tries[i].Decision == state.DecisionCorrect {
			return w.Tries[i].Received
		}
	}
	return w.First
}

// timely notes how the try stands to the week's times.
func (d Desk) timely(m state.Mail, t state.Try, w *state.DeptWeek) []state.Finding {
	var out []state.Finding
	if t.Late && len(w.Tries) == 0 {
		out = append(out, d.Rules.Tell("late", state.Finding{}, ""))
		if sent, err := time.Parse(time.RFC1123Z, m.SentDate); err == nil && !d.Schedule.Late(d.Schedule.Deadline(w.Week), sent) {
			out = append(out, d.Rules.Tell("received-after-due-sent-before", state.Finding{}, ""))
		}
	}
	if t.Overdue {
		out = append(out, d.Rules.Tell("correction-late", state.Finding{}, ""))
	}
	return out
}
