package state

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Store keeps the office's records in a KV.
type Store struct {
	kv        KV
	deflaters sync.Pool // of *deflater
}

// NewStore opens the records in kv. It refuses a store whose layout is newer than this
// program knows, rather than misread it, and brings an older one up to date.
func NewStore(ctx context.Context, kv KV) (*Store, error) {
	s := &Store{kv: kv}
	var layout int
	err := s.View(ctx, func(r *Records) error {
		_, err := get(r.tx, keySchema, &layout)
		return err
	})
	switch {
	case err != nil:
	case layout > schemaVersion:
		err = fmt.Errorf("the store has layout %d, this duban knows up to %d: install the newer version", layout, schemaVersion)
	case layout < schemaVersion:
		err = s.modernise(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

// View reads records in one consistent snapshot.
func (s *Store) View(ctx context.Context, fn func(*Records) error) error {
	return s.kv.View(ctx, func(tx Tx) error { return s.in(tx, fn) })
}

// Update reads and writes records in one transaction: all of it lands, durably, or nothing.
// fn may run more than once.
func (s *Store) Update(ctx context.Context, fn func(*Records) error) error {
	return s.kv.Update(ctx, func(tx Tx) error { return s.in(tx, fn) })
}

// in carries out fn in one transaction, with tools that outlive it.
func (s *Store) in(tx Tx, fn func(*Records) error) error {
	d, kept := s.deflaters.Get().(*deflater)
	if !kept {
		d = new(deflater)
	}
	defer s.deflaters.Put(d)
	return fn(&Records{recordTx{tx, d}})
}

// Records is one transaction in the words of the office.
type Records struct{ tx recordTx }

// recordTx is a transaction with what packs and unpacks its records.
type recordTx struct {
	Tx
	deflater *deflater
}

// Mail returns the mail with this id; nil when it is not known.
func (r *Records) Mail(id string) (*Mail, error) {
	var m Mail
	found, err := get(r.tx, prefixMail+id, &m)
	if !found {
		return nil, err
	}
	return &m, err
}

// PutMail records a mail and files it under its week.
func (r *Records) PutMail(m Mail) error {
	if err := put(r.tx, prefixMail+m.ID, &m); err != nil {
		return err
	}
	for _, b := range m.Books {
		if b.Blob == "" {
			continue
		}
		if first, err := r.Carrier(b.Blob); err != nil {
			return err
		} else if first == "" {
			if err := put(r.tx, prefixContent+b.Blob, m.ID); err != nil {
				return err
			}
		}
	}
	if m.wantsOffice() {
		if err := r.tx.Set(prefixAttentionMail+m.ID, nil); err != nil {
			return fmt.Errorf("raise mail %s: %w", m.ID, err)
		}
	}
	return r.tx.Set(keyMailWeek(m), nil)
}

// Refile records a mail anew that was judged again, under the week it now counts for.
func (r *Records) Refile(old, judged Mail) error {
	if err := r.tx.Delete(keyMailWeek(old)); err != nil {
		return fmt.Errorf("refile mail %s: %w", old.ID, err)
	}
	return r.PutMail(judged)
}

// MailsNamed lists at most limit mails whose id begins so.
func (r *Records) MailsNamed(beginning string, limit int) ([]Mail, error) {
	ids, err := r.lastParts(prefixMail + beginning)
	if err != nil {
		return nil, fmt.Errorf("find mail %s: %w", beginning, err)
	}
	return r.mails(ids[:min(len(ids), limit)])
}

// MailsOf lists the mails of a week in order of receipt; the zero week holds those that
// belong to none.
func (r *Records) MailsOf(w Week) ([]Mail, error) {
	ids, err := r.lastParts(prefixMailWeek + w.String() + "/")
	if err != nil {
		return nil, err
	}
	return r.mails(ids)
}

// mails reads the mails with these ids; one that is not there is left out.
func (r *Records) mails(ids []string) ([]Mail, error) {
	var mails []Mail
	for _, id := range ids {
		m, err := r.Mail(id)
		if err != nil {
			return nil, err
		}
		if m != nil {
			mails = append(mails, *m)
		}
	}
	return mails, nil
}

// Carrier is the id of the mail that first carried an attachment with this digest, or "".
func (r *Records) Carrier(blob string) (string, error) {
	var id string
	_, err := get(r.tx, prefixContent+blob, &id)
	return id, err
}

// lastParts lists what stands behind the prefix's last slash in each of its keys.
func (r *Records) lastParts(prefix string) ([]string, error) {
	var out []string
	err := r.tx.Each(prefix, func(key string, _ []byte) error {
		out = append(out, key[strings.LastIndexByte(key, '/')+1:])
		return nil
	})
	return out, err
}

func get(tx recordTx, key string, v any) (bool, error) {
	b, err := tx.Get(key)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", key, err)
	}
	if err := tx.deflater.decode(b, v); err != nil {
		return false, fmt.Errorf("read %s: %w", key, err)
	}
	return true, nil
}

func put(tx recordTx, key string, v any) error {
	b, err := tx.deflater.encode(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	if err := tx.Set(key, b); err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	return nil
}
