package memkv

import "strings"

// node is a treap: a search tree by key and a heap by rank, which keeps it balanced
// without bookkeeping. Nodes are never changed once published: a write copies the path
// from the root, so older versions stay whole for the Views that read them.
type node struct {
	key         string
	value       []byte
	rank        uint64
	left, right *node
}

// rank spreads keys evenly (FNV-1a with a final mix). It depends on the key alone, so the
// same content has the same shape in every run.
func rank(key string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(key) {
		h = (h ^ uint64(key[i])) * 1099511628211
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	return h ^ h>>33
}

func (n *node) find(key string) *node {
	for n != nil && n.key != key {
		if key < n.key {
			n = n.left
		} else {
			n = n.right
		}
	}
	return n
}

// with returns the tree with leaf added, or put in the place of its key.
func (n *node) with(leaf *node) *node {
	if n == nil {
		return leaf
	}
	c := *n
	switch {
	case leaf.key == n.key:
		c.value = leaf.value
	case leaf.key < n.key:
		c.left = n.left.with(leaf)
		if l := c.left; l.rank > c.rank { // l is a copy of ours: it may be turned in place
			c.left, l.right = l.right, &c
			return l
		}
	default:
		c.right = n.right.with(leaf)
		if r := c.right; r.rank > c.rank {
			c.right, r.left = r.left, &c
			return r
		}
	}
	return &c
}

// without returns the tree with key removed; an absent key changes nothing.
func (n *node) without(key string) *node {
	if n == nil {
		return nil
	}
	if key == n.key {
		return merge(n.left, n.right)
	}
	c := *n
	if key < n.key {
		c.left = n.left.without(key)
	} else {
		c.right = n.right.without(key)
	}
	return &c
}

// merge joins two trees of which every key of a is below every key of b.
func merge(a, b *node) *node {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.rank > b.rank:
		c := *a
		c.right = merge(a.right, b)
		return &c
	default:
		c := *b
		c.left = merge(a, b.left)
		return &c
	}
}

// each visits the keys that begin with prefix in ascending order.
func (n *node) each(prefix string, fn func(*node) error) error {
	if n == nil {
		return nil
	}
	match := strings.HasPrefix(n.key, prefix)
	if n.key > prefix {
		if err := n.left.each(prefix, fn); err != nil {
			return err
		}
	}
	if match {
		if err := fn(n); err != nil {
			return err
		}
	}
	if match || n.key < prefix {
		return n.right.each(prefix, fn)
	}
	return nil
}
