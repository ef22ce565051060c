package ingest

import (
	"context"
	"errors"
)

// mailKey names a mail across polls.
type mailKey struct {
	folder        string
	validity, uid uint32
}

// A mail over which the server falls silent costs its poll; the next poll takes the mails
// before it first and then tries it alone. From the second time on only its header is asked
// for: if that comes, the mail is given up, and if not even that comes, it is given up in the
// end all the same.
const (
	strikesForHeader = 2
	strikesToGiveUp  = 5
	strikesKept      = 1000
)

// takePack cuts the next pack off the listing: at most PackMails, at most PackBytes, at least
// one mail, and one the server fell silent over alone.
func (m *IMAP) takePack() []mailRef {
	var bytes int64
	n := 0
	for n < len(m.pending) && n < m.cfg.Limits.PackMails {
		if m.strikes[m.key(m.pending[n].uid)] > 0 {
			if n == 0 {
				n = 1
			}
			break
		}
		if size := m.pending[n].size; size <= m.cfg.Limits.MaxMail {
			if n > 0 && bytes+size > m.cfg.Limits.PackBytes {
				break
			}
			bytes += size
		}
		n++
	}
	pack := m.pending[:n]
	m.pending = m.pending[n:]
	return pack
}

// fetch fetches the bodies of a pack: all at once, and what did not come that way one by one,
// on a fresh connection where the old one died of it.
func (m *IMAP) fetch(ctx context.Context, pack []mailRef) ([]Raw, error) {
	got := make(map[uint32]Raw, len(pack))
	m.session.guard.refill()
	var whole []mailRef
	for _, r := range pack {
		if r.size <= m.cfg.Limits.MaxMail && m.strikes[m.key(r.uid)] < strikesForHeader {
			whole = append(whole, r)
		}
	}
	if err := m.session.bodies(ctx, whole, true, got); err != nil && giveUp(ctx, err) {
		m.strike(ctx, whole, got)
		return nil, err
	}
	reconnects := 0
	for _, r := range pack {
		if _, ok := got[r.uid]; ok {
			continue
		}
		raw, err := m.fetchAlone(ctx, r, &reconnects)
		if err != nil {
			m.strike(ctx, []mailRef{r}, nil)
			return nil, err
		}
		got[r.uid] = raw
	}
	mails := make([]Raw, 0, len(pack))
	for _, r := range pack {
		delete(m.strikes, m.key(r.uid))
		mails = append(mails, m.complete(got[r.uid], r))
	}
	return mails, nil
}

// strike notes the first mail of refs that did not arrive as the one the server fell silent
// over.
func (m *IMAP) strike(ctx context.Context, refs []mailRef, got map[uint32]Raw) {
	if !errors.Is(m.session.guard.cause(), errServerSilent) || ctx.Err() != nil {
		return
	}
	if m.strikes == nil || len(m.strikes) >= strikesKept {
		m.strikes = map[mailKey]int{}
	}
	for _, r := range refs {
		if _, ok := got[r.uid]; !ok {
			m.strikes[m.key(r.uid)]++
			return
		}
	}
}

func (m *IMAP) key(uid uint32) mailKey {
	return mailKey{folder: m.folder, validity: m.session.validity, uid: uid}
}

// fetchAlone fetches one mail that did not come with its pack, or only the header of one that
// cannot be fetched whole. After two tries, each on a working connection, the mail is given up
// so that the queue behind it goes on; a network that is down gives up the poll instead.
func (m *IMAP) fetchAlone(ctx context.Context, r mailRef, reconnects *int) (Raw, error) {
	if r.size > m.cfg.Limits.MaxMail {
		return m.fetchHeader(ctx, r, RawTooLarge, reconnects)
	}
	strikes := m.strikes[m.key(r.uid)]
	if strikes >= strikesToGiveUp {
		return Raw{UID: r.uid, Problem: RawUnreadable}, nil
	}
	if strikes >= strikesForHeader {
		return m.fetchHeader(ctx, r, RawUnreadable, reconnects)
	}
	for try := range 2 {
		if err := m.ensure(ctx, reconnects); err != nil {
			return Raw{}, err
		}
		got := make(map[uint32]Raw, 1)
		err := m.session.bodies(ctx, []mailRef{r}, try == 0, got)
		if raw, ok := got[r.uid]; ok && err == nil {
			return raw, nil
		}
		if errors.Is(err, errHugeLiteral) {
			return Raw{UID: r.uid, Problem: RawTooLarge}, nil // its size had been understated
		}
		if err != nil && giveUp(ctx, err) {
			return Raw{}, err
		}
	}
	if err := m.ensure(ctx, reconnects); err != nil {
		return Raw{}, err
	}
	listed, err := m.session.listed(ctx, r.uid)
	switch {
	case err != nil:
		return Raw{}, err
	case !listed:
		return Raw{UID: r.uid, Problem: RawGone}, nil
	}
	return m.fetchHeader(ctx, r, RawUnreadable, reconnects)
}

// fetchHeader reports a mail without its body, with its header where that can be had.
func (m *IMAP) fetchHeader(ctx context.Context, r mailRef, problem string, reconnects *int) (Raw, error) {
	if err := m.ensure(ctx, reconnects); err != nil {
		return Raw{}, err
	}
	header, err := m.session.header(ctx, r.uid)
	if err != nil && giveUp(ctx, err) {
		return Raw{}, err
	}
	return Raw{UID: r.uid, Body: header, Problem: problem}, nil
}

// complete fills in what the listing knows of a mail.
func (m *IMAP) complete(raw Raw, r mailRef) Raw {
	raw.Folder, raw.UIDValidity, raw.UID, raw.Size = m.folder, m.session.validity, r.uid, r.size
	if raw.Received.IsZero() {
		raw.Received = r.received
	}
	if raw.Size == 0 {
		raw.Size = int64(len(raw.Body))
	}
	return raw
}

// giveUp tells a fault that ends the poll from one that a single mail may have caused.
func giveUp(ctx context.Context, err error) bool {
	return ctx.Err() != nil || isNetworkFault(err)
}

// isNetworkFault tells a dead or silent peer from a reply the library choked on.
func isNetworkFault(err error) bool {
	return errors.Is(err, errServerSilent) || errors.Is(err, errSessionOver) || errors.Is(err, ErrStuck)
}
