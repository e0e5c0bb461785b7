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
 Ursula Valerie Vanessa Veronica Victoria Vivien Wendy Yasmin Yvonne Zainab Zara Zoe Zoë Samina Ngozi Agnieszka Katarzyna Magdalena Joanna
 Adele Agnes Aileen Ailsa Alana Alexa Amie Anastasia Angharad Angie Annabel Annabelle Annette Antonia Arlene Ashleigh Audrey Ava Beata Bernadette Beryl Bianca Bridie Bronwen
 Bronwyn Caitlin Camilla Candice Carmel Carolyn Carly Cathy Catriona Cecilia Celia Cerys Chantelle Cheryl Claudia Cynthia Danielle Daphne Davina Deirdre Delia Delyth Dilys
 Doreen Doris Eilidh Elaine Eleri Elsie Elspeth Emilia Enid Erica Estelle Ewa Farah Felicity Ffion Francesca Gabrielle Gaynor Geraldine Gina Glenda Glenys Greta Gwen Gwendoline
 Gwenllian Hattie Iona Izabela Jade Janette Janine Jasmin Jeanette Jenna Joann Jodie Josie Judy Justine Kathy Kara Karina Keira Kimberley Kirstie Kirstin Krystyna Lara Leah
 Leila Lena Leona Lorna Lottie Louisa Lowri Lyndsey Mabel Madeleine Mairead Malgorzata Mandy Margery Margot Marian Marianne Marilyn Marjorie Marsha Matilda Maxine Meg Mererid
 Mia Millie Miranda Moira Morag Muriel Myra Nancy Natalia Nasreen Nerys Norma Oonagh Petra Phyllis Pippa Rachelle Rhian Rita Roberta Roisin Róisín Rosalind Rosalie Roxanne Ruby
 Sabrina Sadie Saira Seren Shauna Shelagh Shelley Sinead Sinéad Siobhan Siobhán Sioned Sonya Susanna Susie Tessa Thea Tiffany Trudy Una Vera Verity Wilma  Yvette Zoya
 Chloë Aoife Eimear Grainne Gráinne Bernice Chioma Folake Imani Nasrin Shazia Rukhsana Parveen Farzana Shabnam Tahira Sunita Anjali Deepa Kavita Lakshmi Nisha Pooja Radha Rupa
 Shanice Sheetal Smita Sushila Usha`)
	mensNames = wordSet(`Aaron Abdul Adam Adrian Ahmed Aidan Alan Alastair Alasdair Albert Alfie Alistair Alun Andrew Andy Anthony Antony Arthur Ben Benjamin Bernard Bill Bob Brendan
 Brian Bryan Callum Carl Christopher Clive Colin Conor Craig Daniel Darren Dave David Dean Declan Dennis Derek Dominic Donald Douglas Duncan Dylan Edward Edwin Elliot Emlyn Eric Ernest Ethan
 Ewan Francis Frank Fred Frederick Gareth Gary Gavin George Geoff Geoffrey Gerald Gerard Gethin Giles Glen Glyn Gordon Graham Grant Gregory Guy Harold Harry Henry Howard Hugh Huw Ian Imran Ivan Ivor
 Jack Jacob James Jamie Jason Jeffrey Jeremy Jim Joe John Jonathan Joseph Joshua Julian Justin Karl Keith Kenneth Kevin Kieran Kyle Lawrence Lee Leonard Liam Luke Malcolm Marcus Mark Martin Martyn
 Matt Matthew Michael Mike Mohammed Muhammad Nathan Neil Nicholas Nick Nigel Noel Norman Oliver Oscar Owen Patrick Paul Peter Philip Phillip Piotr Rajesh Ralph Raymond Rhodri Rhys Richard Rob Robert
 Roderick Roger Ronald Ross Rory Roy Rupert Russell Ryan Scott Sean Sebastian Shaun Simon Stanley Stephen Steve Steven Stewart Stuart Tariq Terence Terry Thomas Tim Timothy Toby Tom Tomasz Tony Trevor Tristan
 Tyler Victor Vincent Walter Warren Wayne Wesley Will William Zachary
 Abdullah Adnan Ahmad Aled Alec Alfred Allan Alwyn Angus Archie Arfon Arwel Asif Austin  Barry Bartholomew Benedict Bert Boris Brad Bradley Brett Byron Calum Carwyn
 Cedric Clifford Clint Colm Connor Conrad Cormac Curtis Cyril Dai Damian Damien Danny Darius Dario Darryl Dawid Dewi Dermot Desmond Diarmuid Dinesh Donal Doug Eamon Eamonn
 Eddie Edgar Edmund Elijah Elwyn Emrys Eoin Ernie Errol Euan Eugene Everett Felix Fergus Finlay Fraser Freddie Garry Geraint Gerry Gerwyn Gilbert Gregor Griff Gus Gwyn Hamish
 Hassan Hector Herbert Hugo Humphrey Hussain Hywel Ibrahim Idris Ieuan Ifan Igor Iolo Irfan Isaac Ismail Iwan Jake Jared Jarek Jed Jeff Jerome Jerry Joel Johnny Jon Josh Jozef
 Juan Julius Kamil Karim Kelvin Ken Kev Khalid Kris Krzysztof Kurt Lachlan Laurence Leo Leon Lester Lionel Llewellyn Louis Luca Lucas Luis Lyndon  Maurice Maxwell Mehmet
 Mick Miles Mohamed Mohammad Mohamad Moses Mustafa Ned Neville Niall Omar Orson Osman Patryk Pawel Pedro Pete Phil Quentin Rafal Rahul Raj Ramesh Reece Reggie Reginald Reuben
 Rex Ricky Robbie Rodney Ron Ronnie Roydon Ruairi Rufus Samuel Sanjay Sanjeev Shane Sidney Sion Siôn Solomon Stan Stefan Steffan Stu Sunil Ted Theo Theodore Tobias Tomos
 Trystan Vijay Vikram Vince Wilfred Wynn Yusuf Zac Zach Zack Imtiaz Rashid Sajid Tahir Usman Waqar Amir Faisal Jamal Kwame Oluwaseun Chidi Emeka Tunde Dafydd Owain Gruffydd
 Rhydian`)
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
