package state

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Topic is the kind of a letter, as X-Duban-Kind names it.
type Topic string

// The topics built so far.
const (
	TopicForm       Topic = "form"       // 填报通知
	TopicDue        Topic = "due"        // 临近提醒
	TopicReceipt    Topic = "receipt"    // 收悉回执
	TopicCorrection Topic = "correction" // 补正通知
	TopicFault      Topic = "fault"      // 我方未按时答复的说明
	TopicOwner      Topic = "owner"      // to a department: somebody else reported its projects
	TopicLate       Topic = "late"       // 催报
	TopicEscalation Topic = "escalation" // 告知牵头领导, with the office's approval only
	TopicLateOK     Topic = "lateok"     // 迟报已收: closes what was escalated
	TopicResubmit   Topic = "resubmit"   // 补正到期
	TopicCircular   Topic = "circular"   // 通报批评, with the office's approval only
	TopicRectify    Topic = "rectify"    // 整改催办
	TopicPreview    Topic = "preview"    // 周报预览
	TopicSummary    Topic = "summary"    // 领导周报
	TopicStanding   Topic = "standing"   // 部门进展通报: a department's standing, for information
	TopicMeeting    Topic = "meeting"    // 例会材料
	TopicNotice     Topic = "notice"     // to the office: held mail, bounces
	TopicProposal   Topic = "proposal"   // to the office: what only it may let happen
	TopicVisit      Topic = "visit"      // 督导提醒 to a lead leader's contact, 督导汇总 to the office
	TopicPermit     Topic = "permit"     // 手续时限预警
	TopicScore      Topic = "score"      // 得分单: the draft to the office, then each department's own
	TopicHealth     Topic = "health"     // to the office: duban itself
	TopicDaily      Topic = "daily"      // to the office: what came in and went out today
	TopicTerms      Topic = "terms"      // to the office: what changed in the configuration
	TopicCalendar   Topic = "calendar"   // to the office: the year's plan and every change of it
	TopicRequest    Topic = "request"    // 问题交办
	TopicRequestDue Topic = "requestdue" // 答复到期前、逾期
	TopicAnswered   Topic = "answered"   // 答复转告
	TopicClosed     Topic = "closed"     // 销号告知
	TopicRegistry   Topic = "registry"   // 登记变动告知: to the departments that report a project from a week on, or no more
	TopicAmended    Topic = "amended"    // 更正告知: figures the office put in place of the department's
	TopicUrgent     Topic = "urgent"     // 紧急问题快报
)

// Occasion is the cause of a letter and so its identity: the same occasion is never
// queued twice.
type Occasion struct {
	Topic  Topic
	Week   Week
	Target string // department, leader or body id, "leaders", "office", a mail's short id; "" when the week says it all
	Round  int    // 1 for the first letter of its kind; 0 when there is only one
}

// Key gives "correction/2026-W41/D05/1".
func (o Occasion) Key() string {
	parts := []string{string(o.Topic)}
	if !o.Week.IsZero() {
		parts = append(parts, o.Week.String())
	}
	if o.Target != "" {
		parts = append(parts, o.Target)
	}
	if o.Round > 0 {
		parts = append(parts, strconv.Itoa(o.Round))
	}
	return strings.Join(parts, "/")
}

// MessageID derives the letter's Message-ID from its key and the office's mail domain, so
// that a letter rendered again after a crash has the same one.
func (o Occasion) MessageID(domain string) string {
	sum := sha256.Sum256([]byte(o.Key()))
	return strings.NewReplacer("/", ".").Replace(o.Key()) + "." + hex.EncodeToString(sum[:4]) + "@" + domain
}

// Phase is how far a letter, or one recipient of it, has come.
type Phase string

// The phases. From Sending on, a crash leaves the recipient in doubt: whether the server
// took the letter cannot be known (RFC 1047).
const (
	PhaseQueued   Phase = "queued"
	PhaseSending  Phase = "sending"
	PhaseSent     Phase = "sent"
	PhaseFailed   Phase = "failed"   // refused for good
	PhaseDoubtful Phase = "doubtful" // a copy in the folder of sent mail tells, else a person decides: outbox resend or drop
	PhaseDropped  Phase = "dropped"  // by the office's decision
)

// Delivery is one recipient of a letter. Each is its own SMTP transaction, so that one
// refused address never costs another its letter.
type Delivery struct {
	To       string // the address
	Copy     bool   // in copy
	Phase    Phase
	Attempts int
	Next     time.Time // not before, after a temporary refusal; in doubt, from when a copy is looked for, zero once a person decides
	SentAt   time.Time
	Error    string // the server's last answer, without personal data
	Doubted  bool   `json:",omitempty"` // it was in doubt before it was queued again: its bytes may be out
}

// LookedFor reports whether a copy of a delivery in doubt is still to be looked for in the folder
// of sent mail.
func (d Delivery) LookedFor() bool { return d.Phase == PhaseDoubtful && !d.Next.IsZero() }

// Letter is one letter of the outbox. Its rendered bytes are stored with the intent, so a
// retry sends exactly the same.
type Letter struct {
	Key        string
	Kind       Topic
	Week       Week
	Dept       string
	Cause      string // the mail this letter answers, by id; "" for letters of the calendar
	Round      int
	Subject    string
	MessageID  string // without angle brackets
	InReplyTo  string
	References []string
	Blob       string // SHA-256 of the rendered mail in the blobs
	Deliveries []Delivery
	QueuedAt   time.Time
	NotBefore  time.Time // quiet hours
	Findings   []Finding // what the letter told, each with the number of its item: for the law of round two and for answers by number
	ReplyBy    time.Time // the time a letter of correction set
}

// Phase is the letter's phase as a whole: the least settled of its deliveries.
func (l *Letter) Phase() Phase {
	order := []Phase{PhaseDoubtful, PhaseSending, PhaseQueued, PhaseFailed, PhaseSent, PhaseDropped}
	for _, p := range order {
		for _, d := range l.Deliveries {
			if d.Phase == p {
				return p
			}
		}
	}
	return PhaseQueued
}

// Begun reports whether the server was or may have been handed a copy, or a person or duban
// settled one otherwise. Before that a letter has told nobody anything.
func (l *Letter) Begun() bool {
	return slices.ContainsFunc(l.Deliveries, func(d Delivery) bool { return d.Phase != PhaseQueued || d.Doubted })
}

// SentAt is when the last recipient was served; zero while any is not.
func (l *Letter) SentAt() time.Time {
	var at time.Time
	for _, d := range l.Deliveries {
		if d.Phase == PhaseSent && d.SentAt.After(at) {
			at = d.SentAt
		}
	}
	return at
}
