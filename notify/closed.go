package notify

import (
	"fmt"
	"slices"

	"duban/state"
)

// 销号 (mails.md row 23): who reported an issue, and the office, are told that a reply or the
// office closed it, or that it goes on under another one's number, once. The mark that it is to be told and its letter leave together.

// closings lists the closings that are to be told now, at no quiet hour. One whose issue was
// opened again meanwhile is only marked as told.
func closings(r *state.Records, d docket) ([]errand, error) {
	if d.quiet() {
		return nil, nil
	}
	closed, err := r.Closings()
	if err != nil {
		return nil, err
	}
	var out []errand
	for _, i := range closed {
		e := d.about(state.TopicClosed, i)
		word, n := i.Closing()
		e.closing, e.moot, e.key = word, word == nil, fmt.Sprint(n)
		if word != nil && word.Mail != "" {
			m, err := r.Mail(word.Mail)
			if err != nil {
				return nil, err
			}
			e.own = m != nil && slices.Contains(e.askers, m.Dept)
		}
		out = append(out, e)
	}
	return out, nil
}
