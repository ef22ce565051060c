package notify_test

import (
	"net/textproto"
	"strings"
	"testing"
	"time"

	"duban/notify"
	"duban/state"
	"duban/state/blobs"
	"duban/state/memkv"
)

// replied is what a server says to RCPT.
func replied(code int, text string) error {
	v := notify.Permanent
	if code < 500 {
		v = notify.Temporary
	}
	return &notify.SendError{Verdict: v, Step: "rcpt", Err: &textproto.Error{Code: code, Msg: text}}
}

// deputyDesk is an office whose D01 has a deputy.
func deputyDesk(t *testing.T) *desk {
	d := newDesk(t, memkv.New(), blobs.Memory())
	d.Composer.Roster.Depts[0].MailBackup = "fgtj-lly@lanchuan.example"
	return d
}

// An address the server does not know is passed over from the next letter on: for the
// deputy, then the head. The lost letter is shown as failed, and the office hears once.
func TestARefusedAddressIsPassedOver(t *testing.T) {
	d := deputyDesk(t)
	gone := map[string]bool{"fgtj@lanchuan.example": true}
	d.bag.answer = func(to string, _ int) error {
		if gone[to] {
			return replied(550, "5.1.1 user unknown")
		}
		return nil
	}
	d.tick(clock("09-17 15:01"), reported("D02", "m2", clock("09-17 10:00"), state.DecisionAccept, state.Accepted))
	d.tick(clock("09-17 15:03"))
	got := d.left()
	if len(got) != 2 || !strings.HasPrefix(got[1], "notice/2026-W38/bounce-") {
		t.Errorf("%q left, want D02's receipt and one notice of the refusal", got)
	}
	if to := d.deliveries("due/2026-W38/D01/1"); to[0].Phase != state.PhaseFailed {
		t.Errorf("%+v, want the lost letter shown as failed", to)
	}
	d.tick(clock("09-18 16:01"))
	d.want("the deputy stands in", "due/2026-W38/D01/2 fgtj-lly")
	gone["fgtj-lly@lanchuan.example"] = true
	d.tick(clock("09-18 18:12"))
	d.tick(clock("09-18 18:14"))
	if got := d.left(); len(got) != 1 || !strings.HasPrefix(got[0], "notice/2026-W38/bounce-") {
		t.Errorf("%q left, want one notice of the deputy's address", got)
	}
	d.tick(clock("09-21 09:01"))
	got = d.left()
	if !strings.Contains(strings.Join(got, " "), "late/2026-W38/D01/2 fgtj-head") {
		t.Errorf("%q left, want the head reached", got)
	}
	// With nobody left the contact is tried again, and the office not told anew this week.
	gone["fgtj-head@lanchuan.example"] = true
	d.tick(clock("09-21 12:05"))
	d.tick(clock("09-21 12:07"))
	for _, l := range d.left() {
		if strings.HasPrefix(l, "notice/2026-W38/bounce-") && strings.Count(strings.Join(got, " "), l) > 0 {
			t.Errorf("%s told twice", l)
		}
	}
}

// Only a refusal of the address itself marks it: not a full mailbox, not policy, not the
// letter's content.
func TestOtherRefusalsMarkNobody(t *testing.T) {
	content := &notify.SendError{Verdict: notify.Permanent, Step: "dot", Err: &textproto.Error{Code: 554, Msg: "5.6.0 spam"}}
	for name, err := range map[string]error{
		"later": replied(452, "4.2.2 mailbox full"), "policy": replied(550, "5.7.1 relaying denied"), "content": content,
	} {
		d := deputyDesk(t)
		d.bag.answer = func(to string, _ int) error {
			if to == "fgtj@lanchuan.example" {
				return err
			}
			return nil
		}
		d.tick(clock("09-17 15:01"), reported("D02", "m2", clock("09-17 10:00"), state.DecisionAccept, state.Accepted))
		known := state.Contacts{}
		if err := d.store.View(t.Context(), func(r *state.Records) (err error) { known, err = r.Contacts(); return err }); err != nil {
			t.Fatal(err)
		}
		if len(known) > 0 {
			t.Errorf("%s: %+v", name, known)
		}
	}
}

// Whoever is away has his deputy copied for a week, and no longer.
func TestTheDeputyIsCopiedDuringAnAbsence(t *testing.T) {
	d := deputyDesk(t)
	away := func(at time.Time) func(*state.Records) error {
		return func(r *state.Records) error {
			return r.PutContact(state.Contact{Address: "fgtj@lanchuan.example", Away: at})
		}
	}
	d02 := reported("D02", "m2", clock("09-16 10:00"), state.DecisionAccept, state.Accepted)
	d.tick(clock("09-16 10:15"), d02)
	d.left()
	d.tick(clock("09-17 15:01"), away(clock("09-17 09:00")))
	d.want("copied", "due/2026-W38/D01/1 fgtj", "due/2026-W38/D01/1 fgtj-lly")
	d.tick(clock("09-18 16:01"), away(clock("09-10 16:00")))
	d.want("a week later", "due/2026-W38/D01/2 fgtj")
}
