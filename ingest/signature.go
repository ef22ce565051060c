package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

// Signature is one DKIM signature that was checked here, because the mail server leaves no
// word of its own (QQ's and NetEase's web mailboxes do not).
type Signature struct {
	Domain string // who signed, lower case
	Valid  bool
	Broken bool // the key is there and the mail is not what was signed
}

const (
	maxSignatures = 3                // signatures looked at; more are an attack on our resolver
	lookupWall    = 10 * time.Second // all keys of one mail; after that nothing is known
	maxKeyRecord  = 4 << 10          // bytes of one key record
)

// signatures checks those of a registered sender on whom our server left no word. The keys
// are asked for here and the mail is read in the worker, which has no network to abuse. What
// cannot be had or checked says nothing.
func (c *Collector) signatures(ctx context.Context, raw []byte, m *Message, received time.Time) []Signature {
	if !c.Desk.Auth.on() || c.LookupTXT == nil {
		return nil
	}
	sender := Identify(*m, c.Desk.Roster, received)
	if _, there := c.Desk.Auth.stamp(m); there || len(sender.Depts) == 0 {
		return nil
	}
	keys := c.keys(ctx, keyNames(m, domainOf(sender.Addr)))
	if len(keys) == 0 {
		return nil
	}
	opened, err := c.Opener.Open(ctx, Job{Data: raw, Keys: keys})
	if err != nil {
		c.Log.Warn("check signatures", "err", err)
		return nil
	}
	return opened.Signed
}

// keys asks for public keys by their DNS names and leaves out what cannot be had.
func (c *Collector) keys(ctx context.Context, names []string) map[string][]string {
	ctx, cancel := context.WithTimeout(ctx, lookupWall)
	defer cancel()
	found := map[string][]string{}
	for _, name := range names[:min(len(names), maxSignatures)] {
		records, err := c.LookupTXT(ctx, name)
		if err != nil {
			c.Log.Debug("look up a key", "name", name, "err", err)
			continue
		}
		if size := len(strings.Join(records, "")); size > 0 && size <= maxKeyRecord {
			found[name] = records
		}
	}
	return found
}

// keyNames lists where the keys of the aligned signatures lie.
func keyNames(m *Message, from string) []string {
	var names []string
	for _, f := range m.Trace {
		if f.Name != "dkim-signature" {
			continue
		}
		tags := map[string]string{}
		for _, tag := range strings.Split(f.Value, ";") {
			k, v, _ := strings.Cut(tag, "=")
			tags[strings.TrimSpace(k)] = strings.ToLower(strings.Join(strings.Fields(v), ""))
		}
		if tags["s"] != "" && aligned(tags["d"], from) && len(tags["s"])+len(tags["d"]) < 240 {
			names = append(names, tags["s"]+"._domainkey."+tags["d"])
		}
	}
	return names
}

// verify checks the signatures of a mail with the keys at hand. It runs in the worker.
func verify(data []byte, keys map[string][]string) []Signature {
	lookup := func(name string) ([]string, error) {
		if records, there := keys[strings.ToLower(name)]; there {
			return records, nil
		}
		return nil, errors.New("not looked up")
	}
	checked, err := dkim.VerifyWithOptions(bytes.NewReader(crlfLines(data)), &dkim.VerifyOptions{LookupTXT: lookup, MaxVerifications: maxSignatures})
	if err != nil && !errors.Is(err, dkim.ErrTooManySignatures) {
		return nil
	}
	var out []Signature
	for _, v := range checked {
		s := Signature{Domain: strings.ToLower(v.Domain), Valid: v.Err == nil}
		s.Broken = v.Err != nil && !dkim.IsTempFail(v.Err) && !dkim.IsPermFail(v.Err)
		out = append(out, s)
	}
	return out
}

// crlfLines gives a mail the line ends it was signed with, where a mailbox stored bare ones.
func crlfLines(data []byte) []byte {
	if bytes.Contains(data, []byte("\r\n")) {
		return data
	}
	return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
}

// weighSignatures concludes from signatures alone: one in the sender's own name passes or,
// where it is broken, fails. Anybody else's says nothing of him.
func weighSignatures(signed []Signature, from string) vouch {
	v := vouch{reason: "our server says nothing of the sender, and no signature does"}
	for _, s := range signed {
		switch {
		case !aligned(s.Domain, from):
		case s.Valid:
			return vouch{passed, "dkim, checked here"}
		case s.Broken:
			v = vouch{failed, fmt.Sprintf("the signature of %s is broken, checked here", cutRunes(s.Domain, 60))}
		}
	}
	return v
}
