package ingest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

var errFetchRefused = errors.New("fetch refused")

// headerBytes is how much of the header of a too large mail is read.
const headerBytes = 64 << 10

// listing lists the mails behind last, at most window of them, ascending; cut reports that
// there are more. The server's answer is streamed: what is kept is bounded by the window, not
// by the mailbox. "last+1:*" always yields the last mail even when it is older, so UIDs are
// filtered here.
func (s *imapSession) listing(ctx context.Context, last uint32, window int, dates bool) (refs []mailRef, cut bool, err error) {
	if s.exists == 0 || last == ^uint32(0) {
		return nil, false, nil
	}
	s.guard.refill()
	all := imap.UIDSet{}
	all.AddRange(imap.UID(last+1), 0)
	items := &imap.FetchOptions{UID: true, InternalDate: dates, RFC822Size: true}
	err = s.step(ctx, "list", func() error {
		refs = nil
		return s.each(all, items, func(msg *imapclient.FetchMessageData) error {
			if ref := readRef(msg); ref.uid > last {
				refs = append(refs, ref)
			}
			if len(refs) >= 2*window {
				refs, cut = lowest(refs, window), true
			}
			return nil
		})
	})
	if err != nil {
		return nil, false, err
	}
	if len(refs) > window {
		cut = true
	}
	return lowest(refs, window), cut, nil
}

// lowest sorts refs by UID, drops repetitions and keeps the first n.
func lowest(refs []mailRef, n int) []mailRef {
	slices.SortFunc(refs, func(a, b mailRef) int { return cmp.Compare(a.uid, b.uid) })
	refs = slices.CompactFunc(refs, func(a, b mailRef) bool { return a.uid == b.uid })
	return refs[:min(n, len(refs))]
}

func readRef(msg *imapclient.FetchMessageData) mailRef {
	var ref mailRef
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			ref.uid = uint32(item.UID)
		case imapclient.FetchItemDataInternalDate:
			ref.received = item.Time
		case imapclient.FetchItemDataRFC822Size:
			ref.size = item.Size
		}
	}
	return ref
}

// listed reports whether the folder still holds uid.
func (s *imapSession) listed(ctx context.Context, uid uint32) (found bool, err error) {
	err = s.step(ctx, "list one", func() error {
		found = false
		items := &imap.FetchOptions{UID: true}
		return s.each(imap.UIDSetNum(imap.UID(uid)), items, func(msg *imapclient.FetchMessageData) error {
			found = found || readRef(msg).uid == uid
			return nil
		})
	})
	return found, err
}

// bodies fetches whole mails into got. A mail is only put there when its literal came to the
// last byte; what the server leaves out is simply not there afterwards, without an error.
func (s *imapSession) bodies(ctx context.Context, refs []mailRef, dates bool, got map[uint32]Raw) error {
	if len(refs) == 0 {
		return nil
	}
	var uids imap.UIDSet
	for _, r := range refs {
		uids.AddNum(imap.UID(r.uid))
	}
	items := &imap.FetchOptions{
		UID: true, InternalDate: dates,
		BodySection: []*imap.FetchItemBodySection{{Peek: true}},
	}
	// The step may be abandoned when the library is stuck, so it must not share got.
	var arrived []Raw
	err := s.step(ctx, "fetch", func() error {
		return s.each(uids, items, func(msg *imapclient.FetchMessageData) error {
			raw, whole, err := s.readBody(msg)
			if err == nil && whole {
				arrived = append(arrived, raw)
			}
			return err
		})
	})
	if errors.Is(err, ErrStuck) {
		return err
	}
	for _, raw := range arrived {
		got[raw.UID] = raw
	}
	return err
}

// header fetches the beginning of a mail's header.
func (s *imapSession) header(ctx context.Context, uid uint32) (header []byte, err error) {
	items := &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{
		Specifier: imap.PartSpecifierHeader, Peek: true,
		Partial: &imap.SectionPartial{Offset: 0, Size: headerBytes},
	}}}
	err = s.step(ctx, "fetch header", func() error {
		header = nil
		return s.each(imap.UIDSetNum(imap.UID(uid)), items, func(msg *imapclient.FetchMessageData) error {
			raw, whole, err := s.readBody(msg)
			if whole {
				header = raw.Body
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return header, nil
}

// readBody reads one FETCH answer. whole is false when it held no body.
func (s *imapSession) readBody(msg *imapclient.FetchMessageData) (raw Raw, whole bool, err error) {
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			raw.UID = uint32(item.UID)
		case imapclient.FetchItemDataInternalDate:
			raw.Received = item.Time
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil { // BODY[] NIL
				continue
			}
			raw.Body, err = readLiteral(item.Literal)
			if err != nil {
				return raw, false, fmt.Errorf("uid %d: %w", raw.UID, err)
			}
			whole = true
		}
	}
	return raw, whole && raw.UID != 0, nil
}

// readLiteral reads a literal to its announced end. The buffer grows with what arrives, not
// with what is announced. A literal that is cut off reads as if it had ended, hence the count.
func readLiteral(lit imap.LiteralReader) ([]byte, error) {
	size := lit.Size()
	var buf bytes.Buffer
	buf.Grow(int(min(size, 1<<20)) + bytes.MinRead)
	n, err := io.Copy(&buf, lit)
	if err != nil {
		return nil, err
	}
	if n != size {
		return nil, fmt.Errorf("literal cut off at %d of %d bytes: %w", n, size, io.ErrUnexpectedEOF)
	}
	return buf.Bytes(), nil
}

// each streams the answers to one FETCH through use. On a fault the raw connection is closed
// and the decoder awaited before the command is drained: it would otherwise read the buffer
// beside us.
func (s *imapSession) each(mails imap.NumSet, items *imap.FetchOptions, use func(*imapclient.FetchMessageData) error) error {
	cmd := s.client.Fetch(mails, items)
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		if err := use(msg); err != nil {
			s.guard.fail(err)
			<-s.client.Closed()
			_ = cmd.Close() // err is the cause
			return err
		}
	}
	return refusal(errFetchRefused, cmd.Close())
}
