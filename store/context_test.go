package store_test

import "context"

// background is the context of tests whose own T has none.
func background() context.Context { return context.Background() }
