package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"duban/configs"
	"duban/notify"
	"duban/state"
)

// The second channel: what keeps mail itself from working is told by another mail account or
// a webhook, once when it begins and once when it is over. What was told stands in a small
// file of its own, because a full disk or a wrong clock keeps the store from being written.

// rungFile remembers, in the state folder, what the second channel was told of.
const rungFile = "alerted.json"

// deafening are the ailments in which a letter of ours may not get out or not get in.
var deafening = []string{notify.IllPoll, notify.IllLogin, notify.IllSMTP, notify.IllDisk, notify.IllClock}

// ring tells the second channel which of ills began and, when they are all there is, which of
// those it knows of are over. What cannot be told is tried again at the next turn.
func (o *office) ring(ctx context.Context, ills []notify.Ill, all bool, now time.Time) error {
	if o.cfg.Alert.Mail.Host == "" && o.cfg.Alert.Webhook.Reveal() == "" {
		return nil
	}
	file := filepath.Join(o.cfg.StateDir, rungFile)
	known, err := rung(file)
	if err != nil {
		return err
	}
	var errs []error
	tell := func(ill notify.Ill, over bool) bool {
		d, err := o.planner.Composer.Health(ill, over, now)
		if err == nil {
			err = o.post(ctx, d, now)
		}
		errs = append(errs, err)
		return err == nil
	}
	changed := false
	for _, ill := range ills {
		if _, told := known[ill.Kind]; !told && !ill.Past && slices.Contains(deafening, ill.Kind) && tell(ill, false) {
			known[ill.Kind], changed = ill.Since, true
		}
	}
	for kind, since := range known {
		lasts := !all || slices.ContainsFunc(ills, func(i notify.Ill) bool { return i.Kind == kind && !i.Past })
		if !lasts && tell(notify.Ill{Ailment: state.Ailment{Kind: kind, Since: since}}, true) {
			delete(known, kind)
			changed = true
		}
	}
	if changed {
		errs = append(errs, remember(file, known)) // a crash before this rings once more, which is better than never
	}
	return errors.Join(errs...)
}

// rung reads what the second channel was told of and not yet told to be over: since when, by
// kind.
func rung(file string) (map[string]time.Time, error) {
	known := map[string]time.Time{}
	data, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return known, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &known)
	}
	if err != nil {
		return nil, fmt.Errorf("read what was alerted: %w", err)
	}
	return known, nil
}

func remember(file string, known map[string]time.Time) error {
	data, err := json.Marshal(known)
	if err == nil {
		err = os.WriteFile(file+".new", data, 0o600)
	}
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		return fmt.Errorf("keep what was alerted: %w", err)
	}
	return nil
}

// post hands a letter to every second channel there is. One that takes it is enough.
func (o *office) post(ctx context.Context, d notify.Draft, now time.Time) error {
	var errs []error
	told := false
	if a := o.cfg.Alert; a.Mail.Host != "" {
		err := o.postMail(ctx, a, d, now)
		told = told || err == nil
		errs = append(errs, err)
	}
	if address := o.cfg.Alert.Webhook.Reveal(); address != "" {
		err := postHook(ctx, address, d.Subject+"\n"+d.Text)
		told = told || err == nil
		errs = append(errs, err)
	}
	if told {
		for _, err := range errs {
			if err != nil {
				o.log.Warn("second channel", "err", err)
			}
		}
		return nil
	}
	return errors.Join(errs...)
}

func (o *office) postMail(ctx context.Context, a configs.Alert, d notify.Draft, now time.Time) error {
	server := mailServer(a.Mail, a.From)
	server.Step, server.Dot = 20*time.Second, time.Minute // a turn waits for it
	s, err := notify.NewSMTP(server)
	if err != nil {
		return err
	}
	defer s.Hangup()
	d.Deliveries = nil
	for _, to := range a.To {
		d.Deliveries = append(d.Deliveries, state.Delivery{To: to})
	}
	raw, err := notify.Render(d, notify.Office{Name: o.cfg.Office.Name, Mail: a.From}, now)
	if err != nil {
		return err
	}
	var errs []error
	for _, to := range a.To {
		errs = append(errs, s.Send(ctx, a.From, to, raw))
	}
	return errors.Join(errs...)
}

// withoutAddress keeps a webhook's address, which is a secret, out of an error.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

const (
	hookWait  = 10 * time.Second
	hookReply = 64 << 10 // bytes of an answer that are read
)

// postHook posts a text to a webhook as the robots of WeCom and DingTalk take it. They answer
// 200 to what they refuse and say so in errcode.
func postHook(ctx context.Context, address, text string) error {
	ctx, cancel := context.WithTimeout(ctx, hookWait)
	defer cancel()
	body, err := json.Marshal(map[string]any{"msgtype": "text", "text": map[string]string{"content": text}})
	if err != nil {
		return fmt.Errorf("write to webhook: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return errors.New("write to webhook: its address cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("write to webhook: %w", withoutAddress(err))
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, hookReply))
	if err != nil {
		return fmt.Errorf("read the webhook's answer: %w", withoutAddress(err))
	}
	var said struct {
		Code int `json:"errcode"`
	}
	if resp.StatusCode/100 != 2 || json.Unmarshal(answer, &said) == nil && said.Code != 0 {
		return fmt.Errorf("the webhook answered %d, errcode %d", resp.StatusCode, said.Code)
	}
	return nil
}
