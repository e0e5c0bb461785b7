package extract

import "strings"

// Forenames that in Britain are almost always a woman's or a man's. They serve
// for one thing: "she added" does not go back to Martin. A name that is not here
// can be anybody's.
var (
	womensNames = wordSet(`Abigail Aisha Alexandra Alice Alison Amanda Amber Amelia Amina Amy Andrea Angela Anita Ann Anna Anne Annie April Ayesha
 Barbara Beatrice Becky Bethan Beth Bethany Bettina Beverley Brenda Bridget Bronagh Carla Carol Caroline Carys Catherine Ceri Charlotte Chloe Christina
 Christine Claire Clare Cordelia Dawn Deborah Debbie Denise Diana Diane Donna Dorothy Eileen Eleanor Elena Elin Elizabeth Ella Ellen Ellie Emily Emma Erin Esther
 Eva Evelyn Faith Fatima Fiona Florence Frances Freya Gail Gemma Georgia Georgina Gillian Ginny Grace Hannah Harriet Hayley Hazel Heather Heidi Helen Helena
 Hilary Holly Imelda Imogen Ingrid Irene Isabel Isabella Isla Jacqueline Jane Janet Janice Jasmine Jean Jemma Jennifer Jenny Jessica Jill Joan Joanna Joanne Josephine Joyce
 Judith Julia Julie Karen Kate Katherine Kathryn Kathleen Katie Katy Kayleigh Kelly Kerry Kirsten Kirsty Laura Lauren Leanne Lesley Libby Linda Lindsay Lisa Lois Lorraine Louise
 Lucy Lydia Lynn Lynne Maria Margaret Marie Marion Martha Mary Maureen Maya Megan Melanie Melissa Meera Michelle Miriam Molly Monica Nadia Naomi Natalie Natasha Nia Niamh Nicola
 Nina Nora Olivia Orla Pamela Patricia Paula Pauline Penelope Penny Philippa Phoebe Poppy Priya Rachael Rachel Rebecca Rhiannon Rosemary Rosie Ruth Sally Samantha Sandra Sara Sarah
 Shabana Sharon Sheila Shirley Sian Siân Simone Sofia Sonia Sophia Sophie Stacey Stella Stephanie Sue Susan Susannah Suzanne Sylvia Tamsin Tanya Tara Teresa Theresa Tina Tracey Tracy
 Ursula Valerie Vanessa Veronica Victoria Vivien Wendy Yasmin Yvonne Zainab Zara Zoe Zoë Samina Ngozi Agnieszka Katarzyna Magdalena Joanna`)
	mensNames = wordSet(`Aaron Abdul Adam Adrian Ahmed Aidan Alan Alastair Alasdair Albert Alfie Alistair Alun Andrew Andy Anthony Antony Arthur Ben Benjamin Bernard Bill Bob Brendan
 Brian Bryan Callum Carl Christopher Clive Colin Conor Craig Daniel Darren Dave David Dean Declan Dennis Derek Dominic Donald Douglas Duncan Dylan Edward Edwin Elliot Emlyn Eric Ernest Ethan
 Ewan Francis Frank Fred Frederick Gareth Gary Gavin George Geoff Geoffrey Gerald Gerard Gethin Giles Glen Glyn Gordon Graham Grant Gregory Guy Harold Harry Henry Howard Hugh Huw Ian Imran Ivan Ivor
 Jack Jacob James Jamie Jason Jeffrey Jeremy Jim Joe John Jonathan Joseph Joshua Julian Justin Karl Keith Kenneth Kevin Kieran Kyle Lawrence Lee Leonard Liam Luke Malcolm Marcus Mark Martin Martyn
 Matt Matthew Michael Mike Mohammed Muhammad Nathan Neil Nicholas Nick Nigel Noel Norman Oliver Oscar Owen Patrick Paul Peter Philip Phillip Piotr Rajesh Ralph Raymond Rhodri Rhys Richard Rob Robert
 Roderick Roger Ronald Ross Rory Roy Rupert Russell Ryan Scott Sean Sebastian Shaun Simon Stanley Stephen Steve Steven Stewart Stuart Tariq Terence Terry Thomas Tim Timothy Toby Tom Tomasz Tony Trevor Tristan
 Tyler Victor Vincent Walter Warren Wayne Wesley Will William Zachary`)
)

// contradicts reports whether a pronoun cannot stand for a person: "she" for
// Martin Ray, "he" for Tom's mother.
func contradicts(pronoun, name, role string) bool {
	forename, _ := firstWord(name)
	woman, man := womensNames.is(forename), mensNames.is(forename)
	if !woman && !man && name != "" {
		return false
	}
	if name == "" {
		for word := range strings.FieldsSeq(strings.ToLower(role)) {
			switch word {
			case "mother", "mum", "daughter", "wife", "widow", "sister", "niece", "aunt", "grandmother", "woman", "spokeswoman", "girl", "lady":
				woman = true
			case "father", "dad", "son", "husband", "widower", "brother", "nephew", "uncle", "grandfather", "man", "spokesman", "boy", "gentleman":
				man = true
			}
		}
	}
	if woman == man {
		return false
	}
	return pronoun == "he" && woman || pronoun == "she" && man
}
