package ingest

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// What a look into the folder of sent mail may cost at most.
const (
	sentMails   = 5_000    // the newest mails of it
	sentChunk   = 500      // mails asked for at once
	sentFolders = 1_000    // folders looked through for it
	sentHeader  = 8 << 10  // bytes of a mail's Message-ID field
	sentBudget  = 16 << 20 // bytes of the whole answer
	sentSession = time.Minute
)

// sentNames are what servers without SPECIAL-USE call the folder of sent mail.
var sentNames = []string{"已发送", "已发送邮件", "Sent", "Sent Messages", "Sent Items", "INBOX.Sent", "INBOX/Sent"}

var errListRefused = errors.New("list refused")

// Sent lists, by Message-ID without angle brackets, when each copy of a mail was filed since an
// instant in the folder of sent mail: the named one, or for "" the one the server marks \Sent or
// calls so; a time is zero when the server cannot state it. No such folder, and no copy in it, is no error: many SMTP servers
// file none. The look is read-only and bounded; a folder with more mails tells of the newest.
func (m *IMAP) Sent(ctx context.Context, folder string, since time.Time) (map[string][]time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drop()
	defer m.hangUp(ctx)
	copies, err := m.sent(ctx, folder, since)
	if err != nil {
		return nil, fmt.Errorf("mailbox %s: look for sent mail: %w", m.address(), err)
	}
	return copies, nil
}

func (m *IMAP) sent(ctx context.Context, folder string, since time.Time) (map[string][]time.Time, error) {
	cfg := m.cfg
	cfg.Limits.Session, cfg.Limits.Budget, cfg.Limits.MaxMail = min(cfg.Limits.Session, sentSession), sentBudget, sentHeader
	s, err := dialIMAP(ctx, cfg)
	if err != nil {
		return nil, err
	}
	m.session = s
	if folder == "" {
		if folder, err = s.sentFolder(ctx); err != nil || folder == "" {
			return nil, err
		}
	}
	if err := s.examine(ctx, folder); err != nil {
		return nil, fmt.Errorf("folder %q: %w", folder, err)
	}
	copies := map[string][]time.Time{}
	oldest := max(1, int64(s.exists)-sentMails+1)
	for high := int64(s.exists); high >= oldest; high -= sentChunk {
		fresh, err := s.copies(ctx, uint32(max(oldest, high-sentChunk+1)), uint32(high), since, copies)
		if err != nil {
			return nil, fmt.Errorf("folder %q: %w", folder, err)
		}
		if !fresh {
			break // what lies before it left earlier still
		}
	}
	return copies, nil
}

// sentFolder finds the folder of sent mail; "" when the mailbox has none.
func (s *imapSession) sentFolder(ctx context.Context) (string, error) {
	var marked, named []string
	err := s.step(ctx, "list folders", func() error {
		marked, named = nil, nil
		cmd := s.client.List("", "*", &imap.ListOptions{ReturnSpecialUse: s.client.Caps().Has(imap.CapSpecialUse)})
		for n := 0; ; n++ {
			f := cmd.Next()
			if f == nil {
				return refusal(errListRefused, cmd.Close())
			}
			switch is := func(a imap.MailboxAttr) bool { return strings.EqualFold(string(a), string(imap.MailboxAttrSent)) }; {
			case n >= sentFolders:
			case slices.ContainsFunc(f.Attrs, is):
				marked = append(marked, f.Mailbox)
			case slices.Contains(sentNames, f.Mailbox):
				named = append(named, f.Mailbox)
			}
		}
	})
	if errors.Is(err, errListRefused) {
		return "", nil
	}
	for _, found := range [][]string{marked, named} {
		if len(found) == 1 {
			return found[0], err
		}
		if len(found) > 1 {
			return "", err // which of them our letters are filed in nobody can tell
		}
	}
	return "", err
}

// copies reads the Message-IDs of the mails between two sequence numbers into found, as far as
// they are not older than since; fresh reports whether any was.
func (s *imapSession) copies(ctx context.Context, low, high uint32, since time.Time, found map[string][]time.Time) (fresh bool, err error) {
	var numbers imap.SeqSet
	numbers.AddRange(low, high)
	items := &imap.FetchOptions{UID: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{{
		Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Message-ID"}, Peek: true,
	}}}
	type one struct {
		id string
		at time.Time
	}
	var ids []one // the step may be abandoned when the library is stuck, so it must not share found
	err = s.step(ctx, "fetch message ids", func() error {
		ids, fresh = nil, false
		return s.each(numbers, items, func(msg *imapclient.FetchMessageData) error {
			raw, whole, err := s.readBody(msg)
			if err != nil || !whole || !raw.Received.IsZero() && raw.Received.Before(since) {
				return err
			}
			fresh = true
			if id := copyID(raw.Body); id != "" {
				ids = append(ids, one{id, raw.Received})
			}
			return nil
		})
	})
	if err != nil {
		return false, err
	}
	for _, c := range ids {
		found[c.id] = append(found[c.id], c.at)
	}
	return fresh, nil
}

// copyID is the Message-ID of a header that holds no other field, without angle brackets.
func copyID(header []byte) string {
	if len(header) > sentHeader {
		return ""
	}
	m, err := mail.ReadMessage(strings.NewReader(strings.TrimRight(string(header), "\r\n") + "\r\n\r\n"))
	if err != nil {
		return ""
	}
	return firstID([]byte(m.Header.Get("Message-Id")))
}
