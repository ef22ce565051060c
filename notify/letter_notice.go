package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"duban/state"
)

// noticePage is the data of notice.*.tmpl: something only a person of the office can
// settle. All of it may come from a stranger, so all of it is shortened.
type noticePage struct {
	Frame    frame
	Matter   string
	From     string
	Name     string // as the sender calls himself
	When     string
	Subject  string
	Files    []bookLine
	Unit     string // the department concerned; "" when not known
	Leader   string // title and name of the leader who wrote; "" when none did
	Person   string
	Phone    string
	Reason   string
	Items    []noticeItem // findings of ours, or items that were answered
	Failed   string       // the address that bounced
	Letter   string       // subject of our letter
	Key      string       // its key, for `duban outbox`
	To       []string
	Errors   []string // what the server said
	Count    string   // letters of the last 24 hours, when the fuse tripped
	Instead  string   // where the department's letters go meanwhile; "" when nowhere else
	Columns  []columnLine
	Filed    string // the number of the issue a leader's order stands under
	Owners   string // the departments that were asked about rows of their projects; "" for none
	MailID   string // short, for `duban why`
	Code     string // for claiming the mail by reply; "" when none was given out
	Until    string // until when
	Restored string // how many letters wait for the office's word after a restore; "" when it is about none
}

// columnLine is a column the office's form does not have.
type columnLine struct{ Sheet, Col, Title string }

// wholeOrder is how much of a leader's words a notice shows, in characters.
const wholeOrder = 1000

// noticeItem is one finding the office must settle, with what the department said to it.
type noticeItem struct{ ID, Name, Title, Place, Found, Message, Text string }

func (c *Composer) noticeItems(matter Matter, findings []state.Finding) []noticeItem {
	var out []noticeItem
	for _, f := range findings {
		named := projectLine{}
		if f.Project != "" {
			named = c.named([]string{f.Project})[0]
		}
		if matter == MatterForeign {
			if f.Rule == "not-your-project" && len(out) < maxItems {
				out = append(out, noticeItem{ID: named.ID, Name: named.Name, Title: trim(f.Title, quoteCell), Place: f.Sheet + " " + f.Cell, Message: trim(f.Message, quoteText)})
			}
			continue
		}
		if matter == MatterOrder {
			out = append(out, noticeItem{ID: named.ID, Name: named.Name, Message: trim(f.Message, wholeOrder)})
			continue
		}
		if !f.Ours && !f.Disputed && (f.Explained == "" || f.Level != state.LevelNote) || len(out) == maxItems {
			continue
		}
		i := noticeItem{
			ID: named.ID, Name: named.Name, Title: trim(f.Title, quoteCell), Place: f.Sheet + " " + f.Cell, Found: trim(f.Found, quoteCell),
			Message: trim(f.Message, quoteText), Text: trim(f.Explained, quoteText),
		}
		out = append(out, i)
	}
	return out
}

// Notice tells the office of something only a person can settle.
func (c *Composer) Notice(n Notice) (Draft, error) {
	o := state.Occasion{Topic: state.TopicNotice, Week: n.week(), Target: n.target(c.Contacts), Round: n.Round}
	if n.Fuse != nil {
		o.Topic = state.TopicHealth
	}
	d := c.letter(o, c.toOffice(), n.Now)
	if n.Mail != nil {
		d.Cause = n.Mail.ID
	}
	p := noticePage{Frame: c.frame(d, ""), Matter: string(n.Matter)}
	if m := n.Mail; m != nil {
		p.From, p.Name, p.Subject = trim(m.From, quoteText), trim(m.FromName, quoteCell), trim(m.Subject, quoteText)
		p.When, p.MailID = c.at(m.Received), short(m.ID)
		p.Failed, p.Filed = trim(m.Failed, quoteText), m.Filed
		p.Reason = trim(firstMessage(m.Findings), quoteText)
		p.Items = c.noticeItems(n.Matter, m.Findings)
		if len(p.Items) > 0 {
			p.Reason = ""
		}
		if l := c.Roster.LeaderByMail(m.From); l != nil {
			p.Leader = l.Title + l.Name
		}
		if n.Matter == MatterColumns {
			p.Reason, p.Items = "", nil
			for _, x := range m.Columns {
				p.Columns = append(p.Columns, columnLine{Sheet: trim(x.Sheet, quoteCell), Col: x.Col, Title: trim(x.Title, quoteCell)})
			}
		}
		for _, b := range m.Books {
			p.Files = append(p.Files, bookLine{Name: trim(b.Name, quoteCell)})
		}
	}
	p.Owners = c.units(n.Owners)
	if n.Code != "" {
		p.Code, p.Until = n.Code, c.at(n.Until)
	}
	if n.Fuse != nil {
		p.Failed, p.Count = n.Fuse.Address, strconv.Itoa(n.Fuse.Count)
	}
	if lost := n.lostAddress(c.Contacts); lost != "" {
		p.Failed = trim(lost, quoteText)
	}
	dept := c.Roster.Dept(n.dept(c.Roster))
	if dept != nil {
		p.Unit, p.Person, p.Phone = dept.Short, dept.Contact, dept.Phone
		if reach := c.Contacts.Reach(*dept); c.Contacts.Failing(dept.Mail) && !strings.EqualFold(reach, dept.Mail) {
			p.Instead = reach
		}
	}
	if l := n.Letter; l != nil {
		p.Letter, p.Key = l.Subject, l.Key
		for _, to := range n.recipients() {
			p.To = append(p.To, to.To)
			if to.Error != "" && to.Phase != state.PhaseDoubtful { // in doubt there is no answer, only our own remark
				p.Errors = append(p.Errors, to.To+":"+trim(to.Error, quoteText))
			}
		}
	}
	if len(n.Restored) > 0 {
		p.Restored = strconv.Itoa(len(n.Restored))
	}
	if len(n.Restored) > 1 {
		var keys []string
		for _, l := range n.Restored {
			keys = append(keys, l.Key)
		}
		p.Key, p.To, p.Unit = strings.Join(keys, " "), nil, ""
	}
	return c.render(d, "notice", p)
}

// recipients are those of the letter the matter is about.
func (n Notice) recipients() []state.Delivery {
	phase := map[Matter]state.Phase{MatterDoubtful: state.PhaseDoubtful, MatterFailed: state.PhaseFailed}[n.Matter]
	var out []state.Delivery
	for _, to := range n.Letter.Deliveries {
		if phase == "" || to.Phase == phase {
			out = append(out, to)
		}
	}
	return out
}

func (n Notice) week() state.Week {
	switch {
	case n.Fuse != nil:
		return n.Week
	case n.Mail != nil && !n.Mail.Week.IsZero():
		return n.Mail.Week
	case n.Letter != nil:
		return n.Letter.Week
	}
	return state.Week{}
}

// target names the notice in its key. What an address loses is told under the address: once
// a week, whether letters came back or were refused.
func (n Notice) target(known state.Contacts) string {
	if lost := n.lostAddress(known); lost != "" {
		return string(MatterBounce) + "-" + digestOf(strings.ToLower(lost))
	}
	if n.Fuse != nil {
		return string(MatterFuse) + "-" + n.Now.Format("0102")
	}
	return string(n.Matter) + "-" + n.id()
}

// lostAddress is the address that does not work, as a bounce or the server said.
func (n Notice) lostAddress(known state.Contacts) string {
	switch {
	case n.Matter == MatterBounce && n.Mail != nil:
		return n.Mail.Failed
	case n.Matter == MatterFailed && n.Letter != nil:
		for _, to := range n.recipients() {
			if known.Failing(to.To) {
				return to.To
			}
		}
	}
	return ""
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}

// id names the mail, else the letter, in the notice's key.
func (n Notice) id() string {
	if n.Mail != nil {
		return short(n.Mail.ID)
	}
	if n.Letter != nil {
		return digestOf(n.Letter.Key)
	}
	return "duban"
}

// dept is the department concerned: the letter's, the mail's, or the one a bounced address
// belongs to.
func (n Notice) dept(r *state.Roster) string {
	if n.Letter != nil && n.Letter.Dept != "" {
		return n.Letter.Dept
	}
	if n.Mail == nil {
		return ""
	}
	if n.Mail.Dept == "" && n.Mail.Failed != "" {
		if ids := r.ByMail(n.Mail.Failed, n.Mail.Received); len(ids) > 0 {
			return ids[0]
		}
	}
	return n.Mail.Dept
}

func firstMessage(findings []state.Finding) string {
	for _, f := range findings {
		if f.Message != "" {
			return f.Message
		}
	}
	return ""
}

// short is the beginning of a SHA-256, enough to name a mail.
func short(id string) string { return id[:min(len(id), 12)] }
